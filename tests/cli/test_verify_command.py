"""`telecom-privacy verify`: what was handed out is checked, and what was altered refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.storage.embedded import running
from tests.archive import builders as packages
from tests.audit.builders import audit_log, connect, database, events
from tests.cli.builders import OTHER_KEY, Installation, assert_refused, run_here


def test_a_certificate_verifies_with_the_key_as_text_as_file_and_as_written_down(
    installation: Installation, without: Callable[..., Any]
) -> None:
    file = installation.files / "certificate.json"
    key_file = installation.file("key.pub", installation.key + "\n")
    for result in (
        without("verify", "certificate", file, "--key", installation.key),
        without("verify", "certificate", file, "--key", key_file),
        installation.run("verify", "certificate", file),
    ):
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith("valid: erased on ")
        assert "1 x recording (RET-2)" in result.stdout


def test_without_any_key_the_certificates_own_is_used_and_the_limit_is_said(
    installation: Installation, without: Callable[..., Any]
) -> None:
    result = without("verify", "certificate", installation.files / "certificate.json")
    assert result.returncode == 0
    assert "shows only that nothing was altered" in result.stderr


def test_an_altered_certificate_is_refused(
    installation: Installation, without: Callable[..., Any]
) -> None:
    certificate = installation.read("certificate.json")
    certificate["counts"][0]["count"] += 1
    file = installation.file("altered.json", certificate)
    for arguments in ([], ["--key", installation.key]):
        assert_refused(without("verify", "certificate", file, *arguments), "altered")


@pytest.mark.parametrize("kind", ["certificate", "receipt"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "not a readable JSON file"),
        ([1, 2], "not a JSON object"),
        ({"some": "thing"}, ""),
        (None, "not a readable JSON file"),
    ],
)
def test_a_file_that_is_none_is_one_line(
    installation: Installation, tmp_path: Path, kind: str, content: object, said: str
) -> None:
    file = installation.file("wrong.json", content) if content else tmp_path / "missing.json"
    assert_refused(run_here("verify", kind, file, DATA_DIR=installation.data_dir), said)


@pytest.mark.parametrize("kind", ["certificate", "receipt"])
def test_a_wrong_key_is_refused(
    installation: Installation, kind: str, without: Callable[..., Any]
) -> None:
    file = installation.files / f"{kind}.json"
    assert_refused(without("verify", kind, file, "--key", OTHER_KEY), "")
    assert_refused(without("verify", kind, file, "--key", "missing.pub"), "missing.pub: neither")
    assert_refused(without("verify", kind, file, "--key", "a+b+" + "c" * 5000), "verifier key")


def test_the_key_of_another_installation_in_the_data_directory_is_named(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "audit-key.pub").write_text(OTHER_KEY + "\n")
    file = installation.files / "certificate.json"
    result = run_here("verify", "certificate", file, DATA_DIR=tmp_path)
    assert_refused(result, OTHER_KEY, "not of the log")
    assert str(tmp_path / "audit-key.pub") in result.stderr


def test_a_receipt_is_verified_alone_and_with_its_place_in_the_log(
    installation: Installation, without: Callable[..., Any]
) -> None:
    receipt, key = installation.files / "receipt.json", ("--key", installation.key)
    place = ("--checkpoint", installation.files / "checkpoint", "--proof")

    alone = without("verify", "receipt", receipt, *key)
    assert (alone.returncode, alone.stdout[:14]) == (0, "valid: record ")
    proven = without("verify", "receipt", receipt, *key, *place, installation.files / "proof.json")
    assert proven.returncode == 0, proven.stderr
    assert f"is entry {installation.read('receipt.json')['leaf_index']} of" in proven.stdout

    proof = installation.read("proof.json")
    wrong = installation.file("wrong-proof.json", {**proof, "hashes": proof["hashes"][::-1]})
    assert_refused(without("verify", "receipt", receipt, *key, *place, wrong), "does not hold")
    assert_refused(without("verify", "receipt", receipt, *key, *place[:2]), "go together")
    assert_refused(without("verify", "receipt", receipt), "--key")


def test_an_altered_receipt_is_refused(
    installation: Installation, without: Callable[..., Any]
) -> None:
    receipt = {**installation.read("receipt.json"), "received_at": "2020-01-01T00:00:00.000Z"}
    file = installation.file("altered-receipt.json", receipt)
    assert_refused(without("verify", "receipt", file, "--key", installation.key), "altered")


def test_the_log_is_verified_against_checkpoints_that_were_kept(
    installation: Installation,
) -> None:
    kept = installation.files / "checkpoint"
    result = installation.run("verify", "log", "--checkpoint", kept)
    assert result.returncode == 0, result.stderr
    assert " entries, root " in result.stdout

    altered = installation.file("altered", kept.read_text().replace("\n", "\n1", 1))
    assert_refused(installation.run("verify", "log", "--checkpoint", altered), "signature")
    foreign = installation.file("foreign", _checkpoint_of_another_log(installation))
    assert_refused(
        installation.run("verify", "log", "--checkpoint", foreign), "not signed by the expected key"
    )
    assert_refused(installation.run("verify", "log", "--key", OTHER_KEY), "")


def _checkpoint_of_another_log(installation: Installation) -> str:
    with connect(running(installation.data_dir) or "") as client:
        log = audit_log(database(client, "another_log"))
        log.append(events(3))
        return log.checkpoint()


def test_a_package_verifies_with_the_certificate_of_the_operator_and_only_so(
    without: Callable[..., Any], tmp_path: Path
) -> None:
    package, certificate = tmp_path / "package.zip", tmp_path / "operator.pem"
    package.write_bytes(packages.zipped(packages.package()))
    certificate.write_text(packages.SIGNER.certificate_pem)

    result = without("verify", "package", package, "--certificate", certificate)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("valid: 4 files, ")
    assert "signed by CN=operator at 2026-10-01T08:15:02+00:00" in result.stdout

    assert_refused(without("verify", "package", package), "--certificate")
    package.write_bytes(packages.zipped({**packages.package(), "data/calls.csv": b"altered"}))
    refused = without("verify", "package", package, "--certificate", certificate)
    assert_refused(refused, "data/calls.csv: ")
