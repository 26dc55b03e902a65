"""Makes what the tests of the audit log need: databases, logs and events."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.read_concern import ReadConcern

from telecom_privacy.audit.model import Event, Json
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.crypto.signing import SigningKey
from telecom_privacy.errors import IntegrityError, KeyDestroyed
from telecom_privacy.storage.mongo import Document, MongoDatabase

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIGNING_KEY = SigningKey("example.test/audit", bytes(32))


def connect(uri: str) -> MongoClient[Document]:
    return MongoClient(
        uri, uuidRepresentation="standard", tz_aware=True, serverSelectionTimeoutMS=2000
    )


def database(client: MongoClient[Document], name: str) -> MongoDatabase:
    return client.get_database(
        name,
        write_concern=WriteConcern("majority", j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


class MonthSealer:
    """AES-GCM under one key per month, derived from nothing: enough to test what uses it."""

    def __init__(self) -> None:
        self.destroyed: set[str] = set()

    def seal(self, month: str, entry_id: UUID, plaintext: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._key(month).encrypt(nonce, plaintext, entry_id.bytes)

    def open(self, month: str, entry_id: UUID, sealed: bytes) -> bytes:
        if month in self.destroyed:
            raise KeyDestroyed("the key of the month was destroyed")
        try:
            return self._key(month).decrypt(sealed[:12], sealed[12:], entry_id.bytes)
        except InvalidTag as error:
            raise IntegrityError("altered") from error

    def _key(self, month: str) -> AESGCM:
        return AESGCM(month.encode().ljust(32, b"\0"))


class MemoryWatermark:
    def __init__(self) -> None:
        self.mark: tuple[int, bytes] | None = None

    def read(self) -> tuple[int, bytes] | None:
        return self.mark

    def advance(self, size: int, root: bytes) -> None:
        self.mark = max(self.mark or (0, b""), (size, root))


def audit_log(
    audit_database: MongoDatabase,
    sealer: MonthSealer | None = None,
    watermark: MemoryWatermark | None = None,
) -> AuditLog:
    return AuditLog(
        AuditRepository(audit_database),
        sealer or MonthSealer(),
        SIGNING_KEY,
        watermark or MemoryWatermark(),
    )


def event(name: str = "1", at: datetime = NOON, details: Mapping[str, Json] | None = None) -> Event:
    return Event("call.stored", f"key:{name}", at, details=details or {"name": name})


def events(count: int, prefix: str = "") -> list[Event]:
    return [event(f"{prefix}{number}") for number in range(count)]


def names_in(log: AuditLog) -> list[str]:
    """The `name` of every entry of the log, in order."""
    size, names = log.size(), []
    for start in range(0, size, 1000):
        for entry in log.entries(start, 1000, lambda statement: True):
            assert entry.detail is not None
            names.append(entry.detail["details"]["name"])
    assert len(names) == size
    return names
