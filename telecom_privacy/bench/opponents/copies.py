"""Raw copies of an embedded database's files: what a backup, or a thief, has."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from telecom_privacy.settings import Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from telecom_privacy.storage.mongo import connect

Copy = dict[str, list[dict[str, Any]]]
"""Documents by the names of their database and collection."""

_COLLECTIONS = (
    "keystore.keys",
    "keystore.record_keys",
    "bulk.calls",
    "bulk.traffic",
    "bulk.records",
)


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of the directory `database` of a place, beside it. `settings` name its databases."""

    place: Path
    settings: Settings

    def take(self, name: str) -> Copy:
        """Copy all files as they are, while the database works; returns what lies in them."""
        copy = self.place / name
        shutil.copytree(self.place / "database", copy)
        return _documents_of(copy, self.settings)

    def bytes_of(self, *names: str) -> bytes:
        """All bytes of some copies, or of other directories of the place."""
        files = (path for name in names for path in (self.place / name).rglob("*"))
        return b"".join(path.read_bytes() for path in files if path.is_file())


def tokens(copy: Copy, collection: str) -> set[bytes]:
    """The tokens of numbers in a collection."""
    return {bytes(token) for one in copy[collection] for token in one.get("numbers", ())}


def subjects(*copies: Copy) -> set[bytes]:
    """The tokens of the subjects of records."""
    found = [one.get("subject") for copy in copies for one in copy["bulk.records"]]
    return {bytes(token) for token in found if token}


def _documents_of(copy: Path, settings: Settings) -> Copy:
    """The documents in a raw copy of the embedded database's directory."""
    with EmbeddedServer.start(copy) as server:
        uri = server.uri
        own = replace(settings, mongodb_uri=uri, keystore_uri=uri, audit_uri=uri)
        databases = connect(own)
        found = {}
        for name in _COLLECTIONS:
            database, collection = name.split(".")
            found[name] = list(getattr(databases, database)[collection].find())
        databases.close()
    return found
