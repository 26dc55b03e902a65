"""Sealing of what an entry says, so that it can expire while the log still verifies."""

import base64
import json
import os
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID, uuid4

from telecom_privacy.audit.model import SALT_BYTES, Event, Json, SealedEntry, commit
from telecom_privacy.errors import IntegrityError, KeyDestroyed

_LENGTH_BYTES = 4
_PADDING = 256


class DetailSealer(Protocol):
    """Encrypts details under one key per calendar month, bound to month and entry id."""

    def seal(self, month: str, entry_id: UUID, plaintext: bytes) -> bytes: ...

    def open(self, month: str, entry_id: UUID, sealed: bytes) -> bytes:
        """Raise `KeyDestroyed` once the month's key is gone, `IntegrityError` for altered bytes."""
        ...


def seal_event(event: Event, sealer: DetailSealer) -> tuple[bytes, SealedEntry]:
    """Return a fresh salt and the entry that commits to, and seals, salt and statement."""
    salt, entry_id, statement = os.urandom(SALT_BYTES), uuid4(), event.statement()
    sealed = sealer.seal(event.month, entry_id, _pad(salt + statement))
    leaf = commit(salt, statement)
    return salt, SealedEntry(leaf, entry_id, event.month, sealed, event.access)


def open_detail(entry: SealedEntry, sealer: DetailSealer) -> Mapping[str, Json] | None:
    """Return the statement with its `salt` (base64), or None once its key is destroyed.

    Raises `IntegrityError` if the detail is not what the leaf commits to.
    """
    try:
        opened = _unpad(sealer.open(entry.month, entry.entry_id, entry.sealed))
    except KeyDestroyed:
        return None
    salt, statement = opened[:SALT_BYTES], opened[SALT_BYTES:]
    if commit(salt, statement) != entry.leaf:
        raise IntegrityError("the detail of an audit entry does not match its leaf")
    return {**json.loads(statement), "salt": base64.b64encode(salt).decode()}


def _pad(content: bytes) -> bytes:
    """Hide the length: `u32 BE length ‖ content ‖ zeros`, a multiple of 256 bytes."""
    framed = len(content).to_bytes(_LENGTH_BYTES, "big") + content
    return framed + bytes(-len(framed) % _PADDING)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
