"""What `calls.repository` asks of the recordings in a call's list, and writes of them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from bson import Binary
from pymongo import UpdateOne
from pymongo.collection import Collection

from telecom_privacy.calls.documents import (
    RECORDINGS_CANDIDATE,
    recording_document,
    recording_originals_from,
    recordings_candidate_from,
)
from telecom_privacy.calls.model import MOST_RECORDINGS, Candidate, StoredCall, StoredRecording
from telecom_privacy.erasure.documents import OPEN, documents_of
from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import CANDIDATES, Document, translating_errors
from telecom_privacy.storage.paging import EARLIEST
from telecom_privacy.storage.spans import Span, span_of

LIVE = {"$elemMatch": {"gone_at": {"$exists": False}}}
"""Lists that have a recording which is not erased."""

_OF_A_LIVE_ONE = ("recordings.$.key", "recordings.$.metadata", "recordings.$.stored_at")


class RecordingQueries:
    _collection: Collection[Document]

    def fetch_recorded(self, scope: Scope, start: datetime, end: datetime) -> Iterator[Candidate]:
        """The live recordings of the calls that ended in `[start, end)`, oldest first."""
        query = {"client": scope.client_id, "recorded_until": {"$gte": start, "$lt": end}}
        with translating_errors():
            found = self._collection.find(query, RECORDINGS_CANDIDATE)
            for document in found.sort("recorded_until", 1).batch_size(CANDIDATES):
                yield recordings_candidate_from(document)

    def update_recordings(
        self, call: StoredCall, recording: StoredRecording, now: datetime
    ) -> bool:
        """Attach a recording to a call that is live, not objected, and has none of that id.

        Nor is a person's part in it erased, nor has it `MOST_RECORDINGS` already.
        """
        query = {
            "_id": Binary(call.token),
            "record_id": call.record_id,
            "objected": False,
            "party_erased_at": {"$exists": False},
            "recordings.token": {"$ne": Binary(recording.token)},
            f"recordings.{MOST_RECORDINGS - 1}": {"$exists": False},
            **OPEN,
        }
        change = {
            "$push": {"recordings": recording_document(recording, now)},
            "$set": {"recorded_until": call.ended_at},
        }
        with translating_errors():
            return self._collection.update_one(query, change).matched_count == 1

    def lists_recording(self, token: bytes, record_id: UUID) -> bool:
        query = {"_id": Binary(token), "recordings.record_id": record_id}
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None

    def fetch_recording_originals(self, erasure: Erasure) -> list[Original]:
        """See `erasure.withheld.DataEraser`, for recordings."""
        found = documents_of(self._collection, erasure.items)
        return [one for item, document in found for one in recording_originals_from(item, document)]

    def bury_recordings(self, erasure: Erasure) -> None:
        """Reduce erased recordings, in their calls' lists, to the tokens of their ids."""
        writes = [write for item in erasure.items for write in _burial(item, erasure.at)]
        with translating_errors():
            self._collection.bulk_write(writes, ordered=True)

    def measure_recordings(self, scope: Scope, stored_after: datetime | None = None) -> Span:
        """Count the live recordings, or those that were stored after a time."""
        query = {"client": scope.client_id, "recorded_until": {"$gte": EARLIEST}}
        wanted: Document = {"recordings.key": {"$exists": True}}
        if stored_after:
            wanted["recordings.stored_at"] = {"$gt": stored_after}
        stages: list[Document] = [{"$unwind": "$recordings"}, {"$match": wanted}]
        return span_of(self._collection, query, "recorded_until", stages)


def _burial(item: ErasedItem, at: datetime) -> list[UpdateOne]:
    return [
        UpdateOne(
            {"_id": item.document, "recordings.record_id": item.record_id},
            {
                "$set": {"recordings.$.gone_at": at},
                "$unset": dict.fromkeys(_OF_A_LIVE_ONE, 1),
            },
        ),
        UpdateOne(
            {"_id": item.document, "recordings": {"$not": LIVE}}, {"$unset": {"recorded_until": 1}}
        ),
    ]
