"""Signatures of Standard Webhooks 1.0.0 (its section "Signature scheme"), symmetric."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret as its owner gets it: `whsec_` and base64."""
    return _PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()


def message_id(notice_id: UUID) -> str:
    """The receiver's key against doubles: the same at every attempt."""
    return f"msg_{notice_id.hex}"


def signed_headers(
    notice_id: UUID, now: datetime, body: bytes, secrets: Iterable[str]
) -> Mapping[str, str]:
    """The headers of one attempt, with a signature by each secret."""
    name, timestamp = message_id(notice_id), str(int(now.timestamp()))
    content = f"{name}.{timestamp}.".encode() + body
    return {
        "webhook-id": name,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
