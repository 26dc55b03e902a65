"""Receipts, certificates and the log itself, checked with the verifier key of the log."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from telecom_privacy.audit import merkle
from telecom_privacy.audit.model import Checkpoint
from telecom_privacy.audit.note import open_note, parse_checkpoint, parse_verifier_key
from telecom_privacy.audit.receipts import CERTIFICATE, RECEIPT, leaf_of, verify_signed
from telecom_privacy.audit.service import MOST_ENTRIES, AuditLog
from telecom_privacy.crypto.signing import verify_signature
from telecom_privacy.errors import IntegrityError


def read_object(path: Path) -> Mapping[str, Any]:
    """Read a JSON object from a file. Raises `IntegrityError` if it is none."""
    try:
        value = json.loads(path.read_text(), object_pairs_hook=_without_repetition)
    except (OSError, ValueError, RecursionError) as error:
        raise IntegrityError(f"{path}: not a readable JSON file") from error
    if not isinstance(value, dict):
        raise IntegrityError(f"{path}: not a JSON object")
    return value


def read_text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{path}: not a readable text file") from error


def given(path: Path | None) -> bytes | None:
    """Return the content of a file that may be named, as certificates are."""
    return read_text(path).encode() if path else None


def verify_certificate(certificate: Mapping[str, Any], key: str) -> str:
    """Check an erasure certificate against the log's verifier key. Returns what it says.

    Raises `IntegrityError`.
    """
    name, public_key = parse_verifier_key(key)
    if certificate.get("key") != key.strip():
        raise IntegrityError(f"the certificate is not of the log {key}, or it was altered")
    verify_signed(CERTIFICATE, certificate, public_key)
    try:
        return _said(certificate)
    except (KeyError, TypeError) as error:
        raise IntegrityError(f"{name} signed this, but it is not a certificate") from error


def verify_receipt(
    receipt: Mapping[str, Any], key: str, checkpoint: str | None, proof: Mapping[str, Any] | None
) -> str:
    """Check a receipt's signature and, with a checkpoint and inclusion proof, its log entry.

    Raises `IntegrityError`.
    """
    verify_signed(RECEIPT, receipt, parse_verifier_key(key)[1])
    leaf = leaf_of(receipt)
    if checkpoint is None or proof is None:
        return f"record {receipt['record_id']}, received at {receipt['received_at']}"
    tree = open_checkpoint(checkpoint, key)
    _verify_inclusion(merkle.leaf_hash(leaf), receipt["leaf_index"], tree, proof)
    return f"record {receipt['record_id']} is entry {receipt['leaf_index']} of the log"


def open_checkpoint(note: str, key: str) -> Checkpoint:
    """Check a checkpoint's signature and read it. Raises `IntegrityError`."""
    return parse_checkpoint(open_note(note, key, verify_signature))


def verify_log(log: AuditLog, key: str, older: Iterable[str]) -> str:
    """Recompute the root from every leaf and compare it with the signed checkpoint.

    `older` are checkpoints that were kept: the log must extend each. Raises `IntegrityError`.
    """
    current = open_checkpoint(log.checkpoint(), key)
    hashes = _leaf_hashes(log, current.size)
    if merkle.root_of(hashes) != current.root:
        raise IntegrityError("the leaves do not give the root that was signed")
    for note in older:
        kept = open_checkpoint(note, key)
        if kept.size > current.size:
            raise IntegrityError(f"the log lost entries: it had {kept.size} once")
        if merkle.root_of(_leaf_hashes(log, kept.size)) != kept.root:
            raise IntegrityError(f"the log is not the one that was signed at size {kept.size}")
    return f"{current.size} entries, root {base64.b64encode(current.root).decode()}"


def _said(certificate: Mapping[str, Any]) -> str:
    counted = ", ".join(
        f"{one['count']} x {one['category']} ({one['rule']})" for one in certificate["counts"]
    )
    return f"erased on {certificate['day']}: {counted}; log entry {certificate['leaf_index']}"


def _without_repetition(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that occurs twice: readers would not agree on which one was signed."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _leaf_hashes(log: AuditLog, size: int) -> Iterable[bytes]:
    for start in range(0, size, MOST_ENTRIES):
        for entry in log.entries(start, min(MOST_ENTRIES, size - start)):
            yield merkle.leaf_hash(entry.leaf)


def _verify_inclusion(
    leaf_hash: bytes, index: int, tree: Checkpoint, proof: Mapping[str, Any]
) -> None:
    try:
        hashes = [base64.b64decode(one, validate=True) for one in proof["hashes"]]
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityError("this is not an inclusion proof") from error
    if not merkle.verify_inclusion(index, tree.size, leaf_hash, hashes, tree.root):
        raise IntegrityError("the log does not hold this receipt's entry at its place")
