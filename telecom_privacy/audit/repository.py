"""The audit database: batches of entries, tiles of hashes, marks of openings (docs/formats.md).

Needs majority reads and majority, journalled writes: an entry that could still be rolled back must
never be built upon. Every batch lies inside one tile of 256 entries, so the batches of a tile are
found by one short range; the field `first` repeats `_id` because ranges on it are fast everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bson import Binary
from pymongo.errors import DuplicateKeyError

from telecom_privacy.audit.access_repository import AccessQueries
from telecom_privacy.audit.documents import access_documents, leaves_of, sealed_entries
from telecom_privacy.audit.model import SealedEntry
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

TILE = 256
"""Entries below one tile, and the boundary that no batch crosses."""

_MARK_SECONDS = 3600
_TILES_WRITTEN = "tiles-written"


class AuditRepository(AccessQueries):
    """Reads and writes the log; sees leaves, hashes and sealed bytes only."""

    def __init__(self, database: MongoDatabase) -> None:
        self._batches = database["batches"]
        self._tiles = database["tiles"]
        self._state = database["state"]
        self._openings = database["openings"]
        self._accesses = database["accesses"]

    def create_indexes(self) -> None:
        """To be called at start, while the collections are empty."""
        self._create_access_indexes()
        with translating_errors():
            self._batches.create_index([("first", 1), ("count", 1)])
            self._tiles.create_index([("level", 1), ("index", 1)])
            self._openings.create_index("at", expireAfterSeconds=_MARK_SECONDS)

    def insert_batch(self, first: int, entries: Sequence[SealedEntry]) -> bool:
        """Append durably at index `first`. False if another worker's batch begins there."""
        document = {
            "_id": first,
            "first": first,
            "count": len(entries),
            "leaves": Binary(b"".join(entry.leaf for entry in entries)),
            "details": [
                {"id": entry.entry_id, "month": entry.month, "sealed": Binary(entry.sealed)}
                for entry in entries
            ],
        }
        if accesses := access_documents(first, entries):
            document["accesses"] = accesses
        try:
            with translating_errors():
                self._batches.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def fetch_extents(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield (first index, count) of the batches from `start` on, in order."""
        fields = {"_id": 0, "first": 1, "count": 1}
        with translating_errors():
            query = self._batches.find({"first": {"$gte": start}}, fields)
            for batch in query.sort("first", 1):
                yield batch["first"], batch["count"]

    def fetch_leaves(self, start: int, end: int) -> list[bytes]:
        """Return the leaves from `start` up to, not including, `end`."""
        leaves: list[bytes] = []
        for batch in self._fetch_batches(start, end, {"details": 0}):
            leaves += leaves_of(batch)[max(start - batch["first"], 0) : end - batch["first"]]
        return leaves

    def fetch_entries(self, start: int, end: int) -> list[SealedEntry]:
        entries: list[SealedEntry] = []
        for batch in self._fetch_batches(start, end):
            inside = slice(max(start - batch["first"], 0), end - batch["first"])
            entries += sealed_entries(batch)[inside]
        return entries

    def insert_tile(self, level: int, index: int, hashes: bytes, root: bytes) -> None:
        """Keep a complete tile; it is derived data, so whoever is second changes nothing."""
        document = {
            "_id": f"{level}/{index}",
            "level": level,
            "index": index,
            "hashes": Binary(hashes),
            "root": Binary(root),
        }
        try:
            with translating_errors():
                self._tiles.insert_one(document)
        except DuplicateKeyError:
            return

    def fetch_tile(self, level: int, index: int) -> bytes | None:
        """Return the 256 hashes of a tile, or None if it is not stored."""
        with translating_errors():
            tile = self._tiles.find_one({"_id": f"{level}/{index}"}, {"hashes": 1})
        return bytes(tile["hashes"]) if tile else None

    def fetch_tile_roots(self, level: int, start: int, end: int) -> dict[int, bytes]:
        """Return the roots of the stored tiles of a level with `start <= index < end`."""
        query = {"level": level, "index": {"$gte": start, "$lt": end}}
        with translating_errors():
            tiles = self._tiles.find(query, {"index": 1, "root": 1})
            return {tile["index"]: bytes(tile["root"]) for tile in tiles}

    def fetch_tiled_size(self) -> int:
        """Return the size up to which all tiles are stored, a multiple of 256."""
        with translating_errors():
            state = self._state.find_one({"_id": _TILES_WRITTEN})
        return int(state["size"]) if state else 0

    def advance_tiled_size(self, size: int) -> None:
        with translating_errors():
            self._state.update_one({"_id": _TILES_WRITTEN}, {"$max": {"size": size}}, upsert=True)

    def fetch_opening(self, mark: bytes) -> datetime | None:
        with translating_errors():
            opening = self._openings.find_one({"_id": mark})
        return opening["at"] if opening else None

    def mark_opening(self, mark: bytes, at: datetime) -> None:
        try:
            with translating_errors():
                self._openings.update_one({"_id": mark}, {"$max": {"at": at}}, upsert=True)
        except DuplicateKeyError:
            return  # another worker has just marked the same opening

    def _fetch_batches(
        self, start: int, end: int, fields: Mapping[str, int] | None = None
    ) -> Iterator[Document]:
        within = {"$gte": start - start % TILE, "$lt": end}
        with translating_errors():
            for batch in self._batches.find({"first": within}, fields).sort("first", 1):
                if batch["first"] + batch["count"] > start:
                    yield batch
