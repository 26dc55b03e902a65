"""Collection `traffic` of the bulk database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from bson import Binary
from pymongo import DeleteOne

from telecom_privacy.erasure.model import Erasure
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import Window
from telecom_privacy.traffic.model import StoredTraffic


class TrafficRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["traffic"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("started_at", 1)])
            self._collection.create_index([("numbers", 1), ("started_at", 1)])

    def insert_many(self, records: Sequence[StoredTraffic]) -> None:
        if records:
            with translating_errors():
                self._collection.insert_many([_document(record) for record in records])

    def fetch_window(
        self, scope: Scope, window: Window, number: bytes | None
    ) -> list[StoredTraffic]:
        query: Document = {
            "client": scope.client_id,
            "started_at": {"$gte": window.start, "$lt": window.end},
        }
        if number is not None:
            query["numbers"] = Binary(number)
        with translating_errors():
            return [_stored(document) for document in self._collection.find(query)]

    def fetch_started_before(self, scope: Scope, before: datetime) -> Iterator[StoredTraffic]:
        """All records of a client that started up to a time, oldest first."""
        query = {"client": scope.client_id, "started_at": {"$lte": before}}
        with translating_errors():
            for document in self._collection.find(query).sort("started_at", 1):
                yield _stored(document)

    def has_records(self, scope: Scope, window: Window) -> bool:
        query = {
            "client": scope.client_id,
            "started_at": {"$gte": window.start, "$lt": window.end},
        }
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None

    def holds(self, record_id: UUID) -> bool:
        with translating_errors():
            return self._collection.find_one({"_id": record_id}, {"_id": 1}) is not None

    def delete_many(self, record_ids: Iterable[UUID]) -> None:
        writes = [DeleteOne({"_id": record_id}) for record_id in record_ids]
        if writes:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)

    def erase_data(self, erasure: Erasure) -> None:
        """Remove erased records (see `erasure.model.DataEraser`)."""
        self.delete_many(item.record_id for item in erasure.items)


def _document(record: StoredTraffic) -> Document:
    return {
        "_id": record.record_id,
        "client": record.scope.client_id,
        "licence": record.scope.licence_id,
        "month": record.month,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "numbers": [Binary(number) for number in record.numbers],
        "key": {"page": record.key.page, "slot": record.key.slot},
        "payload": Binary(record.payload),
    }


def _stored(document: Document) -> StoredTraffic:
    return StoredTraffic(
        record_id=document["_id"],
        scope=Scope(document["client"], document["licence"], Role.CONTROLLER),
        month=document["month"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        numbers=tuple(bytes(number) for number in document["numbers"]),
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
    )
