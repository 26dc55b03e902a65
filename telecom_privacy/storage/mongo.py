"""The three logical databases and how their faults are told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymongo
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern

from telecom_privacy.errors import ConfigurationError, StorageFault, Unavailable
from telecom_privacy.settings import Settings
from telecom_privacy.storage.faults import DUPLICATE_KEY, code_of, failed_codes, passes

Document = dict[str, Any]
MongoDatabase = Database[Document]

BATCH = 20
"""Documents per batch where each takes long: a cursor that is not asked for minutes is closed."""

CANDIDATES = 1_000
"""Small documents per batch of a long cursor; else as many as 16 MiB hold are in memory at once."""

_SERVER_SELECTION_MS = 3_000
_SOCKET_MS = 30_000
_CONNECT_MS = 2_000
_HEARTBEAT_MS = 1_000
"""A server that accepts but does not answer is given up after both, not after `_SOCKET_MS`."""

_log = logging.getLogger("telecom_privacy.storage")


@dataclass(frozen=True)
class Databases:
    """Bulk data (ciphertext only), keystore and audit log, each of which may be its own cluster."""

    bulk: MongoDatabase
    keystore: MongoDatabase
    audit: MongoDatabase
    clients: tuple[MongoClient[Document], ...]

    def ping(self) -> None:
        """Raise `Unavailable` unless all three answer."""
        with translating_errors():
            for client in self.clients:
                client.admin.command("ping")

    def close(self) -> None:
        for client in self.clients:
            client.close()


def connect(settings: Settings) -> Databases:
    """Connect to the databases that `settings` names. Connecting itself is lazy and cannot fail."""
    uris = (settings.mongodb_uri, settings.keystore_uri, settings.audit_uri)
    clients = {uri: _client(uri) for uri in uris if uri}
    bulk, keystore, audit = (
        _database(clients[uri or ""], f"{settings.database_prefix}_{name}")
        for uri, name in zip(uris, ("bulk", "keystore", "audit"), strict=True)
    )
    return Databases(bulk, keystore, audit, tuple(clients.values()))


def _client(uri: str) -> MongoClient[Document]:
    try:
        return MongoClient(
            uri,
            uuidRepresentation="standard",
            tz_aware=True,
            serverSelectionTimeoutMS=_SERVER_SELECTION_MS,
            connectTimeoutMS=_CONNECT_MS,
            heartbeatFrequencyMS=_HEARTBEAT_MS,
            socketTimeoutMS=_SOCKET_MS,
        )
    except (PyMongoError, ValueError) as error:
        raise ConfigurationError("a database URI is not a valid MongoDB URI") from error


def _database(client: MongoClient[Document], name: str) -> MongoDatabase:
    # What is acknowledged must survive the loss of a node and of power (DESIGN §4).
    return client.get_database(
        name,
        write_concern=WriteConcern("majority", j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


@contextmanager
def translating_errors() -> Iterator[None]:
    """Turn a database that is away into `Unavailable`, and one that refuses into `StorageFault`.

    Duplicate keys, of one write or of a bulk of writes, pass through: repositories give them a
    meaning of their own. Any other cause is logged by its type and code; its text may quote data.
    """
    try:
        yield
    except DuplicateKeyError:
        raise
    except PyMongoError as error:
        if isinstance(error, BulkWriteError) and _found_only_duplicates(error):
            raise
        fields = {"error": type(error).__name__, "code": code_of(error)}
        _log.warning("the database failed", extra={"fields": fields})
        if passes(error):
            raise Unavailable("the database does not answer, or did not confirm") from error
        raise StorageFault("the database refuses what it was asked") from error


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Bound all that is asked of the databases inside, where waiting is worth less than usual."""
    with pymongo.timeout(seconds):
        yield


def _found_only_duplicates(error: BulkWriteError) -> bool:
    """Whether all else was stored: a full disk or a lost majority must not pass for a duplicate."""
    is_confirmed = not error.details.get("writeConcernErrors")
    return is_confirmed and all(code == DUPLICATE_KEY for code in failed_codes(error))
