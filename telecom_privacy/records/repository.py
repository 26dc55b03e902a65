"""Collection `records` of the bulk database: records of all categories that policies declare.

The `_id` is the keyed token of category and external id, so the insert itself decides which of two
workers stores a record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bson import Binary
from pymongo.errors import DuplicateKeyError

from telecom_privacy.erasure.documents import (
    OPEN,
    close,
    closing_document,
    current_key,
    documents_of,
    fetch_closed,
    has_key,
    reference_document,
)
from telecom_privacy.erasure.model import Closing, DocumentId, Erasure
from telecom_privacy.erasure.withheld import Original, awaited_spared
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.records.consent_repository import ConsentQueries
from telecom_privacy.records.content_repository import ContentQueries
from telecom_privacy.records.documents import (
    FOUND,
    content_burial,
    found_from,
    moved_document,
    originals_from,
    proving_document,
    record_burial,
    record_document,
    record_from,
    refusal_change,
    revoking_document,
    subject_document,
    this_record,
    tombstone_from,
)
from telecom_privacy.records.due_repository import DueQueries, of_kind
from telecom_privacy.records.model import (
    FoundRecord,
    Revoking,
    StoredRecord,
    Tombstone,
)
from telecom_privacy.records.subject_repository import SubjectQueries
from telecom_privacy.scope import Scope
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST, Window
from telecom_privacy.storage.spans import Span, span_of

RECORDS = "records"


class RecordRepository(ConsentQueries, ContentQueries, DueQueries, SubjectQueries):
    def __init__(self, bulk: MongoDatabase, tombstone_time: timedelta) -> None:
        self._collection = bulk[RECORDS]
        self._tombstone_time = tombstone_time

    def create_indexes(self) -> None:
        pair = [("client", 1), ("category", 1)]
        self._create_due_indexes()
        with translating_errors():
            self._collection.create_index([*pair, ("subject", 1), ("occurred_at", 1)])
            self._collection.create_index(
                [("client", 1), ("licence", 1), ("category", 1), ("occurred_at", 1)]
            )
            self._collection.create_index([("client", 1), ("covers", 1)])
            self._collection.create_index([("client", 1), ("refused.covers", 1)])
            self._collection.create_index("forget_at")
            self._collection.create_index("closed.at")
            self._collection.create_index("revoking.at")
            self._collection.create_index("proving")

    def insert(self, record: StoredRecord) -> bool:
        """False if there is a record with that category and external id, or was one."""
        try:
            with translating_errors():
                self._collection.insert_one(record_document(record))
        except DuplicateKeyError:
            return False
        return True

    def fetch(self, scope: Scope, token: bytes) -> StoredRecord | Tombstone | None:
        return self.fetch_many(scope, [token]).get(token)

    def fetch_many(
        self, scope: Scope, tokens: Iterable[bytes]
    ) -> dict[bytes, StoredRecord | Tombstone]:
        """Find records of a client and role by their tokens."""
        found: dict[bytes, StoredRecord | Tombstone] = {}
        owner = {"client": scope.client_id, "role": scope.role}
        for query in queries_by_id(map(Binary, tokens)):
            with translating_errors():
                found |= {
                    bytes(document["_id"]): _stored(document)
                    for document in self._collection.find({**query, **owner})
                }
        return found

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def fetch_document(self, document_id: DocumentId) -> StoredRecord | None:
        """The record of any client in a document that nobody is erasing."""
        with translating_errors():
            found = self._collection.find_one({"_id": document_id, **OPEN})
        return record_from(found) if found and "record_id" in found else None

    def fetch_window(
        self, scope: Scope, category: str, window: Window, equal: Mapping[str, Any], most: int
    ) -> list[FoundRecord]:
        """Find the newest records that occurred in a window and have the given tokens or values.

        Newest first, at most `most` of them (0: all).
        """
        query: Document = {
            **of_kind(scope, category),
            "occurred_at": {"$gte": window.start, "$lt": window.end},
            **equal,
        }
        with translating_errors():
            found = self._collection.find(query, FOUND).sort("occurred_at", -1).limit(most)
            return [found_from(document) for document in found]

    def measure(self, scope: Scope, category: str, stored_after: datetime | None = None) -> Span:
        """Count the records, or those that were stored or changed after a time; no tombstones."""
        query: Document = {**of_kind(scope, category), "occurred_at": {"$gte": EARLIEST}}
        if stored_after:
            query["stored_at"] = {"$gt": stored_after}
        return span_of(self._collection, query, "occurred_at")

    def update_content(self, old: StoredRecord, new: StoredRecord) -> bool:
        """Write the content version after `old`. False if the record changed or is gone."""
        change = {
            "key": reference_document(new.key),
            "payload": Binary(new.payload),
            "stored_at": new.stored_at,
            **subject_document(new),
            "covers": Binary(new.covers) if new.covers else None,
            **proving_document(new),
        }
        return self._update(old, {"$set": change})

    def update_events(
        self,
        old: StoredRecord,
        new: StoredRecord,
        closing: Closing | None = None,
        revoking: Revoking | None = None,
    ) -> bool:
        """Write the events of `new`, with its payload, which keeps its key.

        With `closing` the record is about to be erased, with `revoking` what rests on it is: a
        kill only delays that. A revoked consent says so itself, so that whatever erases it leaves
        that said. False if the record changed or is gone.
        """
        refusal = refusal_change(new)
        change: Document = {
            **moved_document(new.events),
            "binned": new.binned,
            "payload": Binary(new.payload),
            "stored_at": new.stored_at,
            **refusal.get("$set", {}),
            **proving_document(new),
        }
        if closing:
            change["closed"] = closing_document(closing)
        if revoking:
            change["revoking"] = revoking_document(revoking)
        return self._update(old, {**refusal, "$set": change})

    def close(self, stored: Sequence[StoredRecord], closing: Closing) -> bool:
        """See `erasure.deletion.ClosingRepository`: content may have come since they were read."""
        close(self._collection, [this_record(one) for one in stored], closing)
        return False

    def fetch_closed(self, before: datetime) -> list[tuple[StoredRecord, Closing]]:
        """See `erasure.deletion.ClosingRepository`.

        Without the consents that still lead to what rests on them: that goes first.
        """
        found = fetch_closed(self._collection, before)
        return [
            (record_from(document), closing)
            for document, closing in found
            if "revoking" not in document
        ]

    def fetch_of_licence(self, scope: Scope) -> Iterator[StoredRecord]:
        """All records of a licence that are not erased, by category."""
        query = {
            "client": scope.client_id,
            "licence": scope.licence_id,
            "role": scope.role,
            "record_id": {"$exists": True},
        }
        with translating_errors():
            for document in self._collection.find(query).sort("category", 1):
                yield record_from(document)

    def bury(self, erasure: Erasure) -> None:
        """Reduce erased records to tombstones, and content that went alone to its id.

        A record that was changed, or got content, just now stays for the next sweep: the document
        is all that leads to the new key.
        """
        gone = {"gone_at": erasure.at, "forget_at": erasure.at + self._tombstone_time}
        contents = [content_burial(item, erasure.at) for item in erasure.items]
        records = [record_burial(item, gone) for item in erasure.items]
        with translating_errors():
            self._collection.bulk_write([*contents, *records], ordered=True)

    def fetch_originals(self, erasure: Erasure) -> list[Original]:
        """See `erasure.withheld.DataEraser`."""
        found = documents_of(self._collection, erasure.items)
        return [one for item, document in found for one in originals_from(item, document)]

    def fetch_contents(self, erasure: Erasure, *, spared: bool = False) -> list[UUID]:
        """The ids of the contents that go with an erasure, or that it spares."""
        items = awaited_spared(erasure) if spared else erasure.destroyed
        return [
            document["content"]["id"]
            for item, document in documents_of(self._collection, items)
            if has_key(document.get("content", {}), item)
        ]

    def forget_tombstones(self, now: datetime) -> None:
        with translating_errors():
            self._collection.delete_many({"forget_at": {"$gte": EARLIEST, "$lte": now}})

    def _update(self, old: StoredRecord, change: Document) -> bool:
        query = {**this_record(old), "version": old.version, **OPEN}
        with translating_errors():
            result = self._collection.update_one(query, {**change, "$inc": {"version": 1}})
        return result.matched_count == 1


def _stored(document: Document) -> StoredRecord | Tombstone:
    return tombstone_from(document) if "gone_at" in document else record_from(document)
