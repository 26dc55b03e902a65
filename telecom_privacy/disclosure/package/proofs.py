"""The proofs that entries about the case are in the audit log, as files."""

import base64
import json
from collections.abc import Iterator

from telecom_privacy.archive.assembly import File, literal
from telecom_privacy.archive.bag import PAYLOAD_FOLDER
from telecom_privacy.disclosure.package.model import LogProof

CHECKPOINT = "checkpoint.txt"
INCLUSION = "inclusion.json"


def proof_files(proofs: tuple[LogProof, ...]) -> Iterator[File]:
    """Yield, for each proof, the signed checkpoint and the path that leads from leaf to root."""
    for number, proof in enumerate(proofs, start=1):
        folder = f"{PAYLOAD_FOLDER}{proof_folder(number)}"
        yield literal(f"{folder}/{CHECKPOINT}", proof.checkpoint.encode())
        yield literal(f"{folder}/{INCLUSION}", _inclusion(proof))


def proof_folder(number: int) -> str:
    """Where the proof of this number lies, below the payload."""
    return f"proofs/{number}"


def _inclusion(proof: LogProof) -> bytes:
    """As `GET /v1/audit/inclusion` answers, with the leaf and what it commits to."""
    inclusion = proof.inclusion
    shown = {
        "about": proof.about,
        "statement": proof.statement.decode(),
        "salt": _base64(proof.salt),
        "leaf": _base64(proof.leaf),
        "leaf_index": inclusion.leaf_index,
        "tree_size": inclusion.tree_size,
        "leaf_hash": _base64(inclusion.leaf_hash),
        "hashes": [_base64(one) for one in inclusion.hashes],
    }
    return json.dumps(shown, indent=2).encode() + b"\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
