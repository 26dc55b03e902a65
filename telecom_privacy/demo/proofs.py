"""Step 5: what the service handed out is verified offline, by the command that anybody can run."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from telecom_privacy.demo.day import LAW_OFFICE
from telecom_privacy.demo.handing_in import HandedIn
from telecom_privacy.demo.reading import longest_recorded
from telecom_privacy.demo.stage import Stage


def show_proofs(
    stage: Stage, handed_in: HandedIn, certificate: Mapping[str, Any], earlier: str
) -> None:
    """`earlier` is a checkpoint of the log that was kept since."""
    folder = _folder(stage)
    folder.mkdir()
    receipt = handed_in.receipts[longest_recorded(handed_in, LAW_OFFICE.id).path]
    checkpoint = stage.nobody.get("/v1/audit/checkpoint").text
    files = {
        "log-key.txt": stage.nobody.get("/v1/audit/key").text,
        "checkpoint.txt": checkpoint,
        "earlier-checkpoint.txt": earlier,
        "receipt.json": json.dumps(receipt),
        "inclusion.json": json.dumps(_inclusion(stage, receipt, checkpoint)),
        "certificate.json": json.dumps(certificate),
        "tampered.json": json.dumps(_tampered(certificate)),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    stage.screen.note(f"in {folder}:")
    _verify_all(stage)


def _inclusion(stage: Stage, receipt: Mapping[str, Any], checkpoint: str) -> Any:
    size = checkpoint.splitlines()[1]
    query = f"leaf_index={receipt['leaf_index']}&tree_size={size}"
    return stage.platform.get(f"/v1/audit/inclusion?{query}").json()


def _tampered(certificate: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(certificate))
    changed["counts"][0]["count"] += 1
    return changed


def _verify_all(stage: Stage) -> None:
    _verify(
        stage,
        "a receipt is genuine, and its entry is in the log",
        "receipt receipt.json --key log-key.txt --checkpoint checkpoint.txt --proof inclusion.json",
    )
    _verify(
        stage,
        "the certificate is genuine",
        "certificate certificate.json --key log-key.txt",
    )
    _verify(
        stage,
        "a certificate that counts one more is refused",
        "certificate tampered.json --key log-key.txt",
        status=1,
        says="the signature of the certificate is wrong",
    )
    _verify(
        stage,
        "the log is whole, and only grew since the earlier checkpoint",
        "log --key log-key.txt --checkpoint earlier-checkpoint.txt",
    )


def _verify(
    stage: Stage, claim: str, arguments: str, status: int = 0, says: str = "valid: "
) -> None:
    done = stage.command.run("verify", *arguments.split(), directory=_folder(stage))
    said = done.stdout + done.stderr
    stage.screen.note(f"$ telecom-privacy verify {arguments}")
    stage.screen.output(said)
    stage.screen.claim(claim, done.returncode == status and says in said)


def _folder(stage: Stage) -> Path:
    return stage.directory / "proofs"
