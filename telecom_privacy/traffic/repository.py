"""Collection `traffic` of the bulk database."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from bson import Binary
from pymongo import UpdateOne

from telecom_privacy.erasure.documents import documents_of, original, reference_document
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.batches import one_of, queries_by_id
from telecom_privacy.storage.mongo import CANDIDATES, Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import Window
from telecom_privacy.traffic.model import FoundTraffic, StoredTraffic

_FOUND = {"started_at": 1, "ended_at": 1, "key": 1}


class TrafficRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["traffic"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("started_at", 1)])
            self._collection.create_index([("numbers", 1), ("started_at", 1)])
            self._collection.create_index("started_at")

    def insert_many(self, records: Sequence[StoredTraffic]) -> None:
        if records:
            with translating_errors():
                self._collection.insert_many([_document(record) for record in records])

    def fetch_window(
        self, scope: Scope, window: Window, tokens: Sequence[bytes] | None, most: int = 0
    ) -> list[FoundTraffic]:
        """Find the newest records of a window, newest first, at most `most` of them (0: all).

        With `tokens`, those that have one of them.
        """
        query: Document = {
            "client": scope.client_id,
            "started_at": {"$gte": window.start, "$lt": window.end},
        }
        if tokens is not None:
            query["numbers"] = one_of(tokens)
        with translating_errors():
            found = self._collection.find(query, _FOUND).sort("started_at", -1).limit(most)
            return [_found(document) for document in found]

    def fetch_with_number(
        self, window: Window, tokens: Sequence[bytes], clients: Collection[UUID] | None = None
    ) -> Iterator[StoredTraffic]:
        """The records in a window that have one of the tokens, newest first.

        Those of some `clients`, or of any.
        """
        query: Document = {
            "numbers": one_of([Binary(token) for token in tokens]),
            "started_at": {"$gte": window.start, "$lt": window.end},
        }
        if clients is not None:
            query["client"] = {"$in": sorted(clients)}
        with translating_errors():
            for document in self._collection.find(query).sort("started_at", -1):
                yield _stored(document)

    def fetch_of_licence(self, scope: Scope, window: Window) -> Iterator[StoredTraffic]:
        """The records of a client's licence in a window, newest first."""
        found = self.fetch_of_client(scope, window)
        return (one for one in found if one.scope.licence_id == scope.licence_id)

    def fetch_of_client(self, scope: Scope, window: Window) -> Iterator[StoredTraffic]:
        """The records of a client in a window, newest first."""
        query = {
            "client": scope.client_id,
            "started_at": {"$gte": window.start, "$lt": window.end},
        }
        with translating_errors():
            for document in self._collection.find(query).sort("started_at", -1):
                yield _stored(document)

    def fetch_many(self, scope: Scope, record_ids: Sequence[UUID]) -> dict[UUID, StoredTraffic]:
        """Return those of a client's records that are still there."""
        found: dict[UUID, StoredTraffic] = {}
        for query in queries_by_id(record_ids):
            with translating_errors():
                found |= {
                    one["_id"]: _stored(one)
                    for one in self._collection.find({**query, "client": scope.client_id})
                }
        return found

    def fetch_started(self, scope: Scope, start: datetime, end: datetime) -> Iterator[FoundTraffic]:
        """All records of a client that started in `[start, end)`, oldest first."""
        query = {"client": scope.client_id, "started_at": {"$gte": start, "$lt": end}}
        with translating_errors():
            found = self._collection.find(query, _FOUND).sort("started_at", 1)
            for document in found.batch_size(CANDIDATES):
                yield _found(document)

    def fetch_indexed_otherwise(self, window: Window, index: int) -> Iterator[StoredTraffic]:
        """All records of a window whose tokens are not of that generation of the index key."""
        query = {
            "started_at": {"$gte": window.start, "$lt": window.end},
            "index": {"$ne": index},
        }
        with translating_errors():
            for document in self._collection.find(query):
                yield _stored(document)

    def update_numbers(self, records: Sequence[StoredTraffic]) -> None:
        """Replace the tokens of records that are still there."""
        writes = [
            UpdateOne({"_id": record.record_id}, {"$set": _indexed(record)}) for record in records
        ]
        if writes:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)

    def is_empty(self, window: Window) -> bool:
        """Whether no client has a record that started in the window."""
        query = {"started_at": {"$gte": window.start, "$lt": window.end}}
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is None

    def holds(self, record_id: UUID) -> bool:
        with translating_errors():
            return self._collection.find_one({"_id": record_id}, {"_id": 1}) is not None

    def delete_many(self, record_ids: Iterable[UUID]) -> None:
        """Some at a time: to make a deletion durable costs more than the deletion itself."""
        for query in queries_by_id(record_ids):
            with translating_errors():
                self._collection.delete_many(query)

    def originals(self, erasure: Erasure) -> list[Original]:
        """See `erasure.withheld.DataEraser`."""
        found = documents_of(self._collection, erasure.items)
        return [original(one, _stored(one).binding, item) for item, one in found]

    def erase_data(self, erasure: Erasure) -> None:
        """Remove erased records (see `erasure.withheld.DataEraser`)."""
        self.delete_many(item.record_id for item in erasure.items)


def _document(record: StoredTraffic) -> Document:
    return {
        "_id": record.record_id,
        "client": record.scope.client_id,
        "licence": record.scope.licence_id,
        "month": record.month,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        **_indexed(record),
        "key": reference_document(record.key),
        "payload": Binary(record.payload),
    }


def _indexed(record: StoredTraffic) -> Document:
    numbers = [Binary(number) for number in record.numbers]
    return {"numbers": numbers, "index": record.index}


def _found(document: Document) -> FoundTraffic:
    return FoundTraffic(
        record_id=document["_id"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        key=KeyReference(**document["key"]),
    )


def _stored(document: Document) -> StoredTraffic:
    return StoredTraffic(
        record_id=document["_id"],
        scope=Scope(document["client"], document["licence"], Role.CONTROLLER),
        month=document["month"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        numbers=tuple(bytes(number) for number in document["numbers"]),
        index=document["index"],
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
    )
