"""Exports, the lists of their files and of the records in them, in the bulk database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bson import Binary
from pymongo.errors import DuplicateKeyError

from telecom_privacy.erasure.documents import current_key, reference_document
from telecom_privacy.erasure.model import DocumentId, ErasedItem
from telecom_privacy.errors import Unavailable
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.reversibility.coverage import Range, covers, joined
from telecom_privacy.reversibility.documents import (
    export_document,
    export_from,
    fetched_document,
)
from telecom_privacy.reversibility.entries import PageStart
from telecom_privacy.reversibility.members import packed_ids
from telecom_privacy.reversibility.model import Fetched, Making, State, StoredExport
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import BATCH, Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import Position
from telecom_privacy.storage.segments import SegmentStore

EXPORTS = "exports"

_LIVING = [State.PREPARING.value, State.READY.value]
_MOST_FETCHED = 50
_MOST_SENT = 1000
_TRIES = 100
_OF_AN_ATTEMPT = (
    "state",
    "as_of",
    "terms",
    "key",
    "payload",
    "making",
    "attempt",
    "contents",
    "disturbed",
)


class ExportRepository:
    """One document per export; `making` names the attempt that its lists belong to."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._exports = bulk[EXPORTS]
        self._entries = bulk["export_entries"]
        self._members = bulk["export_members"]
        self._disturbances = bulk["export_disturbances"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._exports.create_index([("client", 1), ("state", 1)])
            self._exports.create_index([("client", 1), ("created_at", 1)])
            self._exports.create_index([("state", 1), ("until", 1)])
            self._entries.create_index([("making", 1), ("n", 1)], unique=True)
            self._members.create_index([("making", 1), ("bucket", 1)])
            self._disturbances.create_index("making")
            self._exports.create_index("untold")

    def insert(self, export: StoredExport, until: datetime) -> bool:
        """Store an export that is being prepared until its lease runs out."""
        try:
            with translating_errors():
                self._exports.insert_one({**export_document(export), "until": until})
        except DuplicateKeyError:
            return False
        return True

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._exports, document_id)

    def fetch(self, scope: Scope, export_id: UUID) -> StoredExport | None:
        with translating_errors():
            found = self._exports.find_one({"_id": export_id, "client": scope.client_id})
        return export_from(found) if found else None

    def fetch_from(self, scope: Scope, after: Position | None) -> Iterator[StoredExport]:
        """Yield a client's exports, oldest first, from the time of a position on."""
        query: Document = {"client": scope.client_id}
        if after:
            query["created_at"] = {"$gte": after.at}
        with translating_errors():
            cursor = self._exports.find(query).sort("created_at", 1).batch_size(BATCH)
            for document in cursor:
                yield export_from(document)

    def fetch_newest(self, scope: Scope, most: int) -> list[StoredExport]:
        query = {"client": scope.client_id}
        with translating_errors():
            found = self._exports.find(query).sort("created_at", -1).limit(most)
            return [export_from(document) for document in found]

    def fetch_living(self, scope: Scope) -> list[StoredExport]:
        """The exports of a client that are being prepared or ready."""
        query = {"client": scope.client_id, "state": {"$in": _LIVING}}
        with translating_errors():
            return [export_from(document) for document in self._exports.find(query)]

    def fetch_abandoned(self, now: datetime) -> list[StoredExport]:
        """The exports, of all clients, whose preparation nobody goes on with."""
        query = {"state": State.PREPARING.value, "until": {"$lt": now}}
        with translating_errors():
            return [export_from(document) for document in self._exports.find(query)]

    def renew(self, making: Making, until: datetime) -> bool:
        """Extend the lease of whoever prepares. False if the attempt was given up."""
        return self._update(making, {"$set": {"until": until}})

    def add_content(self, making: Making, content: UUID) -> bool:
        """Note a stream before its first segment is stored. False as for `renew`."""
        return self._update(making, {"$push": {"contents": content}})

    def announce_another(self, making: Making, until: datetime) -> bool:
        """Note that another attempt follows: until then the export is not given up as gone."""
        return self._update(making, {"$set": {"another": True, "until": until}})

    def begin_again(self, export: StoredExport, until: datetime) -> bool:
        """Begin the attempt that was announced. False if another process was faster."""
        query = {"_id": export.id, "another": True, "attempt": export.attempt - 1}
        document = export_document(export)
        values = {name: document[name] for name in _OF_AN_ATTEMPT}
        with translating_errors():
            change = {"$set": {**values, "until": until}, "$unset": {"another": 1}}
            return bool(self._exports.update_one(query, change).matched_count)

    def complete(self, making: Making, disturbed: int, values: Mapping[str, Any]) -> bool:
        """Make an export ready. False if it was disturbed meanwhile, or given up."""
        ready = {**values, "state": State.READY.value, "untold": True}
        change = {"$set": ready, "$unset": {"until": 1}}
        return self._update(making, change, {"disturbed": disturbed})

    def fetch_untold(self) -> list[StoredExport]:
        """The ready exports, of all clients, of which nobody was told yet."""
        query = {"untold": True, "state": State.READY.value}
        with translating_errors():
            return [export_from(document) for document in self._exports.find(query)]

    def note_told(self, export_id: UUID) -> None:
        with translating_errors():
            self._exports.update_one({"_id": export_id}, {"$unset": {"untold": 1}})

    def is_ready_version(self, item: ErasedItem) -> bool:
        """Whether a package, as it was last made, is ready."""
        query = {
            "_id": item.document,
            "key": reference_document(item.key),
            "state": State.READY.value,
        }
        with translating_errors():
            return self._exports.find_one(query, {"_id": 1}) is not None

    def fail(self, export: StoredExport) -> None:
        """Say of what was taken back that it could not be prepared."""
        query = {"_id": export.id, "making": export.making}
        unset = {"another": 1, "until": 1, "payload": 1}
        change = {"$set": {"state": State.FAILED.value}, "$unset": unset}
        with translating_errors():
            self._exports.update_one(query, change)

    def add_sent(self, export: StoredExport, first: int, last: int) -> bool:
        """Note that some bytes were sent; tell whether all was with them, and not before.

        What is sent again takes no room, and pushes nothing out. Raises `Unavailable` if others
        note something at the same time again and again.
        """
        for _ in range(_TRIES):
            with translating_errors():
                found = self._exports.find_one({"_id": export.id}, {"sent": 1}) or {}
            old = [(piece[0], piece[1]) for piece in found.get("sent", ())]
            new = joined([*old, (first, last)], _MOST_SENT)
            if new == old:
                return False
            if self._replace_sent(export, found.get("sent"), new):
                return covers(new, export.length or 0)
        raise Unavailable("others take the package at the same time; retry")

    def _replace_sent(self, export: StoredExport, old: Any, new: Sequence[Range]) -> bool:
        query = {"_id": export.id, "sent": old if old else {"$exists": False}}
        change = {"$set": {"sent": [list(piece) for piece in new]}}
        with translating_errors():
            return bool(self._exports.update_one(query, change).matched_count)

    def add_fetched(self, export: StoredExport, fetched: Fetched) -> None:
        change = {"$each": [fetched_document(fetched)], "$slice": -_MOST_FETCHED}
        with translating_errors():
            self._exports.update_one({"_id": export.id}, {"$push": {"fetched": change}})

    def is_ready(self, export: StoredExport) -> bool:
        """Whether the package may still be sent."""
        query = {"_id": export.id, "state": State.READY.value, "making": export.making}
        with translating_errors():
            return self._exports.find_one(query, {"_id": 1}) is not None

    def insert_entries(self, making: Making, page: PageStart, sealed: bytes) -> None:
        document = {
            "making": making.id,
            "n": page.number,
            "start": page.start,
            "directory": page.directory,
            "sealed": Binary(sealed),
        }
        with translating_errors():
            self._entries.insert_one(document)

    def fetch_starts(self, making: UUID) -> list[PageStart]:
        """Where each page of the list of files starts, in order."""
        fields = {"_id": 0, "n": 1, "start": 1, "directory": 1}
        with translating_errors():
            found = list(self._entries.find({"making": making}, fields).sort("n", 1))
        return [PageStart(one["n"], one["start"], one["directory"]) for one in found]

    def fetch_entries(self, making: UUID, number: int) -> bytes | None:
        with translating_errors():
            found = self._entries.find_one({"making": making, "n": number}, {"sealed": 1})
        return bytes(found["sealed"]) if found else None

    def insert_members(self, making: Making, buckets: Mapping[int, bytes]) -> None:
        documents = [
            {"making": making.id, "bucket": bucket, "ids": Binary(ids)}
            for bucket, ids in buckets.items()
        ]
        if documents:
            with translating_errors():
                self._members.insert_many(documents)

    def holds_any(self, making: UUID, wanted: Mapping[int, set[bytes]]) -> bool:
        """Whether one of these records, by bucket, is in the package."""
        for bucket, ids in wanted.items():
            with translating_errors():
                found = list(self._members.find({"making": making, "bucket": bucket}, {"ids": 1}))
            if any(ids & packed_ids(bytes(one["ids"])) for one in found):
                return True
        return False

    def disturb(self, export: StoredExport, records: Sequence[UUID]) -> bool:
        """Tell whoever prepares an export that records are gone. False if it is not prepared."""
        making = Making(export.id, export.making)
        with translating_errors():
            self._disturbances.insert_one({"making": making.id, "records": list(records)})
        return self._update(making, {"$inc": {"disturbed": 1}})

    def fetch_disturbed(self, making: Making) -> tuple[int, list[UUID]]:
        """How often an export was disturbed so far, and of which records it was told at least."""
        with translating_errors():
            found = self._exports.find_one({"_id": making.export_id}, {"disturbed": 1})
            told = list(self._disturbances.find({"making": making.id}, {"records": 1}))
        records = [record for one in told for record in one["records"]]
        return (found or {}).get("disturbed", 0), records

    def bury(self, item: ErasedItem, segments: SegmentStore) -> None:
        """Remove all of a package but that there was one. May be repeated."""
        query = {"_id": item.document, "key": reference_document(item.key)}
        with translating_errors():
            found = self._exports.find_one(query, {"making": 1, "contents": 1})
        if not found:
            return
        for content in found.get("contents", ()):
            segments.erase(content)
        with translating_errors():
            for collection in (self._entries, self._members, self._disturbances):
                collection.delete_many({"making": found["making"]})
            gone = {
                "$set": {"state": State.GONE.value},
                "$unset": {"payload": 1, "until": 1, "untold": 1},
            }
            living = {"state": {"$in": _LIVING}, "another": {"$exists": False}}
            self._exports.update_one({**query, **living}, gone)

    def _update(
        self, making: Making, change: Document, condition: Mapping[str, Any] | None = None
    ) -> bool:
        query = {"_id": making.export_id, "making": making.id, "state": State.PREPARING.value}
        with translating_errors():
            result = self._exports.update_one({**query, **(condition or {})}, change)
        return bool(result.matched_count)
