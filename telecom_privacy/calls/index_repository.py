"""The tokens by which calls are found, in collection `calls`."""

from collections.abc import Iterator, Sequence

from bson import Binary
from pymongo import UpdateOne

from telecom_privacy.calls.documents import call_from, indexed
from telecom_privacy.calls.model import StoredCall
from telecom_privacy.calls.repository import CALLS
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors
from telecom_privacy.storage.paging import Window


class CallIndexRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk[CALLS]

    def fetch_indexed_otherwise(
        self, scope: Scope, window: Window, index: int
    ) -> Iterator[StoredCall]:
        """A client's calls of a window whose tokens are not of that generation of the index key."""
        query = {
            "client": scope.client_id,
            "started_at": {"$gte": window.start, "$lt": window.end},
            "index": {"$ne": index},
        }
        with translating_errors():
            for document in self._collection.find(query):
                yield call_from(document)

    def update_numbers(self, scope: Scope, calls: Sequence[StoredCall]) -> None:
        """Replace the tokens of a client's calls that were not erased meanwhile.

        Nor was a person's part in them: its token must not come back.
        """
        writes = [
            UpdateOne(
                {
                    "_id": Binary(call.token),
                    "record_id": call.record_id,
                    "party_erased_at": call.party_erased_at or {"$exists": False},
                },
                {"$set": indexed(call)},
            )
            for call in calls
            if call.scope.client_id == scope.client_id
        ]
        if writes:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)
