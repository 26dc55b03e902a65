"""Go's own transparency log packages must accept our proofs and refuse altered ones."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.storage.mongo import MongoDatabase
from tests.audit.builders import audit_log, events

Evidence = dict[str, Any]
Verify = Callable[[Evidence], str]

SOURCE = Path(__file__).with_name("verifier")
GO_PATH = Path("/usr/share/gocode")


@pytest.fixture(scope="module")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    has_go = shutil.which("go") and (GO_PATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()
    if not has_go and not os.environ.get("CI"):
        pytest.skip("needs the Debian packages golang-go and golang-golang-x-mod-dev")
    directory = tmp_path_factory.mktemp("go")
    program = directory / "verifier"
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOCACHE": str(directory / "cache")}
    subprocess.run(
        ["go", "build", "-o", program, "."], cwd=SOURCE, env=os.environ | settings, check=True
    )

    def run(evidence: Evidence) -> str:
        answer = subprocess.run(
            [program], input=json.dumps(evidence), capture_output=True, text=True, check=False
        )
        assert answer.returncode == (0 if answer.stdout == "verified\n" else 1), answer.stderr
        return answer.stdout.strip()

    return run


def evidence_of(log: AuditLog, old_checkpoint: str, index: int) -> Evidence:
    checkpoint = log.checkpoint()
    old, new = (int(note.split("\n")[1]) for note in (old_checkpoint, checkpoint))
    [entry] = log.entries(index, 1)
    return {
        "verifier_key": log.verifier_key(),
        "checkpoint": checkpoint,
        "old_checkpoint": old_checkpoint,
        "leaf_index": index,
        "leaf": in_base64(entry.leaf),
        "inclusion": [in_base64(value) for value in log.inclusion(index, new).hashes],
        "consistency": [in_base64(value) for value in log.consistency(old, new)],
    }


def in_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def in_another_way(text: str) -> str:
    """Base64 of other bytes of the same length."""
    return in_base64(bytes(byte ^ 1 for byte in base64.b64decode(text)))


@pytest.fixture
def evidence(log: AuditLog) -> Evidence:
    log.append(events(437))
    old_checkpoint = log.checkpoint()
    log.append(events(563))
    return evidence_of(log, old_checkpoint, 300)


def test_go_accepts_signature_inclusion_and_consistency(verify: Verify, evidence: Evidence) -> None:
    assert verify(evidence) == "verified"


def test_go_accepts_a_growing_log_at_every_size(
    verify: Verify, audit_database: MongoDatabase
) -> None:
    log = audit_log(audit_database)
    log.append(events(1))
    old_checkpoint = log.checkpoint()
    for count in (0, 1, 1, 4, 1, 247, 1, 1, 255, 1, 300):
        log.append(events(count))
        size = log.size()
        for index in {0, size // 2, size - 1}:
            assert verify(evidence_of(log, old_checkpoint, index)) == "verified"
        old_checkpoint = log.checkpoint()


@pytest.mark.parametrize(
    ("part", "reason"),
    [("leaf", "inclusion"), ("inclusion", "inclusion"), ("consistency", "consistency")],
)
def test_go_refuses_an_altered_leaf_or_proof(
    verify: Verify, evidence: Evidence, part: str, reason: str
) -> None:
    was = evidence[part]
    altered = in_another_way(was) if part == "leaf" else [*was[:-1], in_another_way(was[-1])]
    assert verify({**evidence, part: altered}).startswith(reason)


def test_go_refuses_another_place_in_the_log(verify: Verify, evidence: Evidence) -> None:
    assert verify({**evidence, "leaf_index": 301}).startswith("inclusion")


@pytest.mark.parametrize("part", ["checkpoint", "old_checkpoint"])
def test_go_refuses_an_altered_checkpoint(verify: Verify, evidence: Evidence, part: str) -> None:
    lines = evidence[part].split("\n")
    lines[2] = in_another_way(lines[2])
    assert "invalid signature" in verify({**evidence, part: "\n".join(lines)})


def test_go_refuses_a_checkpoint_under_another_key(verify: Verify, evidence: Evidence) -> None:
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert "no verifiable signatures" in verify({**evidence, "verifier_key": other})
