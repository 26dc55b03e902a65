"""Collection `forwarded_requests` of the bulk database: which requests a client is to answer.

Random ids only. What was passed on, and whether, stands in the request itself: an entry that it
does not confirm shows nothing. `open_since` is there until the client was told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that is being passed on to a client, since `at`."""

    client_id: UUID
    request_id: UUID
    at: datetime


class ForwardedRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["forwarded_requests"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("at", 1)])
            self._collection.create_index("open_since")

    def insert(self, scope: Scope, request_id: UUID, at: datetime) -> None:
        """Note that a request is about to be passed on to the client; may be repeated."""
        first = {"client": scope.client_id, "request": request_id, "at": at}
        change = {"$setOnInsert": first, "$set": {"open_since": at}}
        with translating_errors():
            self._collection.update_one({"_id": _id(scope, request_id)}, change, upsert=True)

    def settle(self, forwarding_id: UUID) -> None:
        """Note that the client was told."""
        with translating_errors():
            self._collection.update_one({"_id": forwarding_id}, {"$unset": {"open_since": 1}})

    def fetch_open(self, before: datetime) -> list[Begun]:
        """Those of all clients that were begun before a time, and not settled."""
        with translating_errors():
            found = list(self._collection.find({"open_since": {"$gte": EARLIEST, "$lte": before}}))
        return [Begun(one["client"], one["request"], one["open_since"]) for one in found]

    def drop(self, begun: Begun) -> None:
        """Forget what was never passed on, unless it was begun again."""
        query = {"_id": id_of(begun.client_id, begun.request_id), "open_since": begun.at}
        with translating_errors():
            self._collection.delete_one(query)

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


def id_of(client_id: UUID, request_id: UUID) -> UUID:
    """The id of the passing on of one request to one client."""
    return uuid5(request_id, str(client_id))


def _id(scope: Scope, request_id: UUID) -> UUID:
    return id_of(scope.client_id, request_id)
