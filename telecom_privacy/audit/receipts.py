"""Signed statements: receipts and certificates, and how a receipt opens its log entry.

The signature is Ed25519 over the line `telecom-privacy/<kind>/v1`, a newline and the RFC 8785
form of the statement without `signature` (API.md).
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.audit.canonical import canonical_json
from telecom_privacy.audit.model import Entry, Event, commit
from telecom_privacy.audit.note import Signer
from telecom_privacy.clock import to_text
from telecom_privacy.crypto.signing import verify_signature
from telecom_privacy.errors import IntegrityError

RECEIPT = "receipt"
CERTIFICATE = "certificate"


def signed(kind: str, statement: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """Return the statement with its `signature` (base64)."""
    signature = signer.sign(_message(kind, statement))
    return {**statement, "signature": base64.b64encode(signature).decode()}


def verify_signed(kind: str, statement: Mapping[str, Any], public_key: bytes) -> None:
    """Raise `IntegrityError` unless the statement is as its signer (32-byte key) signed it."""
    body = {name: value for name, value in statement.items() if name != "signature"}
    try:
        signature = base64.b64decode(statement["signature"], validate=True)
        message = _message(kind, body)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise IntegrityError(f"this is not a signed {kind}") from error
    if not verify_signature(public_key, signature, message):
        raise IntegrityError(f"the signature of the {kind} is wrong: it was altered, or not ours")


def stored_event(
    action: str, actor: str, at: datetime, client_id: UUID, record_id: UUID, digest: bytes
) -> Event:
    """The event of a stored record: its details are just what its receipt says."""
    return Event(action, actor, at, client_id, {"record": str(record_id), "digest": digest.hex()})


def receipt(event: Event, entry: Entry, names: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """Build the receipt of a record that `event` (a `stored_event`) logged as `entry`.

    `names` are the external ids it answers to, and what else is said of the content. `logged` lets
    its holder recompute the leaf, and so prove what the log says.
    """
    statement = {
        **names,
        "record_id": event.details["record"],
        "received_at": to_text(event.at),
        "digest": event.details["digest"],
        "leaf_index": entry.index,
        "logged": {
            "action": event.action,
            "actor": event.actor,
            "client": str(event.client_id),
            "salt": base64.b64encode(entry.salt).decode(),
        },
    }
    return signed(RECEIPT, statement, signer)


def leaf_of(found: Mapping[str, Any]) -> bytes:
    """Recompute the leaf of the log that a receipt's record stands in.

    Raises `IntegrityError` for what is no receipt.
    """
    try:
        logged = found["logged"]
        statement = {
            "action": logged["action"],
            "actor": logged["actor"],
            "at": found["received_at"],
            "client": logged["client"],
            "details": {"record": found["record_id"], "digest": found["digest"]},
        }
        salt = base64.b64decode(logged["salt"], validate=True)
        return commit(salt, canonical_json(statement))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise IntegrityError("this is not a receipt") from error


def _message(kind: str, statement: Mapping[str, Any]) -> bytes:
    return f"telecom-privacy/{kind}/v1\n".encode() + canonical_json(dict(statement))
