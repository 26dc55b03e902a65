"""Collection `forwarded_requests` of the bulk database: which requests a client is to answer.

Random ids only. What was passed on, and whether, stands in the request itself: an entry that it
does not confirm shows nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors


class ForwardedRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["forwarded_requests"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("at", 1)])

    def insert(self, scope: Scope, request_id: UUID, at: datetime) -> None:
        """Note that a request is passed on to the client; may be repeated."""
        change = {"client": scope.client_id, "request": request_id, "at": at}
        with translating_errors():
            self._collection.update_one(
                {"_id": _id(scope, request_id)}, {"$setOnInsert": change}, upsert=True
            )

    def fetch(self, scope: Scope) -> list[UUID]:
        """Return the requests that were passed on to the client, oldest first."""
        with translating_errors():
            found = self._collection.find({"client": scope.client_id}).sort("at", 1)
            return [document["request"] for document in found]

    def holds(self, scope: Scope, request_id: UUID) -> bool:
        with translating_errors():
            found = self._collection.find_one({"_id": _id(scope, request_id)}, {"_id": 1})
        return found is not None

    def delete(self, scope: Scope, request_ids: Iterable[UUID]) -> None:
        """Forget requests that are gone."""
        for request_id in request_ids:
            with translating_errors():
                self._collection.delete_one({"_id": _id(scope, request_id)})


def _id(scope: Scope, request_id: UUID) -> UUID:
    return uuid5(request_id, str(scope.client_id))
