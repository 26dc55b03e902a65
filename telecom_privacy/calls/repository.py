"""Collection `calls` of the bulk database: calls with the list of their recordings.

The `_id` is the keyed token of client and call id, so the insert itself decides which of two
workers stores a call.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bson import Binary
from pymongo import DeleteOne, UpdateOne
from pymongo.errors import BulkWriteError

from telecom_privacy.calls.documents import (
    CALL_CANDIDATE,
    FOUND,
    NOT_IN_A_TOMBSTONE,
    call_candidate_from,
    call_document,
    call_from,
    found_call_from,
    originals_from,
    tombstone_from,
)
from telecom_privacy.calls.model import (
    Candidate,
    FoundCall,
    StoredCall,
    Tombstone,
)
from telecom_privacy.calls.recording_repository import LIVE, RecordingQueries
from telecom_privacy.erasure.documents import (
    OPEN,
    close,
    current_key,
    documents_of,
    fetch_closed,
    reference_document,
)
from telecom_privacy.erasure.model import Closing, DocumentId, Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import Scope
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import CANDIDATES, Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST, Window
from telecom_privacy.storage.spans import Span, span_of

CALLS = "calls"


class CallRepository(RecordingQueries):
    def __init__(self, bulk: MongoDatabase, tombstone_time: timedelta) -> None:
        self._collection = bulk[CALLS]
        self._tombstone_time = tombstone_time

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("started_at", 1)])
            self._collection.create_index([("client", 1), ("numbers", 1), ("started_at", 1)])
            self._collection.create_index([("client", 1), ("licence", 1), ("started_at", 1)])
            self._collection.create_index([("client", 1), ("recorded_until", 1)])
            self._collection.create_index("forget_at")
            self._collection.create_index("closed.at")

    def insert_many(self, calls: Sequence[StoredCall]) -> set[bytes]:
        """Insert calls; return the tokens of those that another worker had stored before."""
        try:
            with translating_errors():
                self._collection.insert_many([call_document(c) for c in calls], ordered=False)
        except BulkWriteError as error:
            return {calls[failed["index"]].token for failed in error.details["writeErrors"]}
        return set()

    def fetch(self, scope: Scope, token: bytes) -> StoredCall | Tombstone | None:
        return self.fetch_many(scope, [token]).get(token)

    def fetch_many(
        self, scope: Scope, tokens: Iterable[bytes]
    ) -> dict[bytes, StoredCall | Tombstone]:
        """Find calls by their tokens.

        The client is asked for, too: with it only one shard has to look (docs/scaling.md).
        """
        found: dict[bytes, StoredCall | Tombstone] = {}
        for query in queries_by_id(map(Binary, tokens)):
            with translating_errors():
                found |= {
                    bytes(document["_id"]): _stored(document)
                    for document in self._collection.find({**query, "client": scope.client_id})
                }
        return found

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def fetch_window(
        self, scope: Scope, window: Window, equal: Mapping[str, Any], most: int
    ) -> list[FoundCall]:
        """Find the newest calls that started in a window and have the given tokens or values.

        Newest first, at most `most` of them (0: all).
        """
        query: Document = {
            "client": scope.client_id,
            "started_at": {"$gte": window.start, "$lt": window.end},
            **equal,
        }
        with translating_errors():
            found = self._collection.find(query, FOUND).sort("started_at", -1).limit(most)
            return [found_call_from(document) for document in found]

    def fetch_started(self, scope: Scope, start: datetime, end: datetime) -> Iterator[Candidate]:
        """All calls of a client that started in `[start, end)`, oldest first."""
        query = {"client": scope.client_id, "started_at": {"$gte": start, "$lt": end}}
        with translating_errors():
            found = self._collection.find(query, CALL_CANDIDATE).sort("started_at", 1)
            for document in found.batch_size(CANDIDATES):
                yield call_candidate_from(document)

    def fetch_between(self, scope: Scope, oldest: datetime, newest: datetime) -> list[StoredCall]:
        """The calls of a client that started in `[oldest, newest]`, in no order."""
        started_at = {"$gte": oldest, "$lte": newest}
        with translating_errors():
            found = list(
                self._collection.find({"client": scope.client_id, "started_at": started_at})
            )
        return [call_from(document) for document in found]

    def update_content(self, old: StoredCall, new: StoredCall, objected: bool) -> bool:
        """Write the content version after `old`. False if the call changed or is gone."""
        change = {
            "key": reference_document(new.key),
            "payload": Binary(new.payload),
            "stored_at": new.stored_at,
            "objected": objected,
            "version": new.version,
        }
        query = {
            "_id": Binary(old.token),
            "record_id": old.record_id,
            "version": old.version,
            **OPEN,
        }
        with translating_errors():
            return self._collection.update_one(query, {"$set": change}).matched_count == 1

    def fetch_tokens_of_licence(self, scope: Scope) -> Iterator[bytes]:
        """The tokens of all calls of a licence that are not erased, oldest first."""
        query = {
            "client": scope.client_id,
            "licence": scope.licence_id,
            "started_at": {"$gte": EARLIEST},
        }
        with translating_errors():
            for found in self._collection.find(query, {"_id": 1}).sort("started_at", 1):
                yield bytes(found["_id"])

    def close(self, stored: Sequence[StoredCall], closing: Closing) -> bool:
        """See `erasure.deletion.ClosingRepository`."""
        if close(self._collection, map(_as_read, stored), closing) == len(stored):
            return True
        close(self._collection, map(_this_call, stored), closing)
        return False

    def fetch_closed(self, before: datetime) -> list[tuple[StoredCall, Closing]]:
        """See `erasure.deletion.ClosingRepository`."""
        found = fetch_closed(self._collection, before)
        return [(call_from(document), closing) for document, closing in found]

    def delete_many(self, calls: Iterable[tuple[bytes, UUID]]) -> None:
        """Take back calls, each named by its token and record id, that were never acknowledged."""
        writes = [
            DeleteOne({"_id": Binary(token), "record_id": record_id}) for token, record_id in calls
        ]
        if writes:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)

    def fetch_originals(self, erasure: Erasure) -> list[Original]:
        """See `erasure.withheld.DataEraser`, for calls."""
        found = documents_of(self._collection, erasure.items)
        return [one for item, document in found for one in originals_from(item, document)]

    def bury(self, erasure: Erasure) -> None:
        """Reduce erased calls to tombstones.

        One that was changed, or to which a recording was attached, just now stays for the next
        sweep: the document is all that leads to the new version and to the recording.
        """
        gone = {"gone_at": erasure.at, "forget_at": erasure.at + self._tombstone_time}
        writes = [
            UpdateOne(
                {
                    "_id": item.document,
                    "record_id": item.record_id,
                    "key.page": item.key.page,
                    "key.slot": item.key.slot,
                    "recordings": {"$not": LIVE},
                },
                {"$set": gone, "$unset": dict.fromkeys(NOT_IN_A_TOMBSTONE, 1)},
            )
            for item in erasure.items
        ]
        with translating_errors():
            self._collection.bulk_write(writes, ordered=False)

    def holds_record(self, token: bytes, record_id: UUID) -> bool:
        """Whether the call of this token is the one with this record id."""
        query = {"_id": Binary(token), "record_id": record_id}
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None

    def forget_tombstones(self, now: datetime) -> None:
        with translating_errors():
            self._collection.delete_many({"forget_at": {"$gte": EARLIEST, "$lte": now}})

    def measure(self, scope: Scope, stored_after: datetime | None = None) -> Span:
        """Count the calls, or those whose version was stored after a time; no tombstones."""
        query: Document = {"client": scope.client_id, "started_at": {"$gte": EARLIEST}}
        if stored_after:
            query["stored_at"] = {"$gt": stored_after}
        return span_of(self._collection, query, "started_at")

    def has_calls(self, scope: Scope, window: Window) -> bool:
        with translating_errors():
            found = self._collection.find_one(
                {
                    "client": scope.client_id,
                    "started_at": {"$gte": window.start, "$lt": window.end},
                },
                {"_id": 1},
            )
        return found is not None


def _this_call(call: StoredCall) -> Document:
    return {"_id": Binary(call.token), "record_id": call.record_id}


def _as_read(call: StoredCall) -> Document:
    """Only if its content was not changed, nor a recording attached, since it was read."""
    added = f"recordings.{len(call.recordings)}"
    return {**_this_call(call), "version": call.version, added: {"$exists": False}}


def _stored(document: Document) -> StoredCall | Tombstone:
    return tombstone_from(document) if "gone_at" in document else call_from(document)
