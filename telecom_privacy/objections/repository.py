"""Collection `objections` of the audit database: no restore of data takes one back."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from bson import Binary

from telecom_privacy.objections.model import Objection
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

OBJECTIONS = "objections"


class ObjectionRepository:
    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[OBJECTIONS]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("mark", 1)])

    def insert(self, objection: Objection) -> None:
        document = {
            "_id": objection.id,
            "client": objection.scope.client_id,
            "mark": Binary(objection.mark),
            "since": objection.since,
            "until": None,
        }
        with translating_errors():
            self._collection.insert_one(document)

    def withdraw(self, scope: Scope, mark: bytes, now: datetime) -> None:
        """End what is in force; that it was stays known."""
        query = {**_of(scope, [mark]), "until": None}
        with translating_errors():
            self._collection.update_many(query, {"$set": {"until": now}})

    def fetch_withdrawn(self, scope: Scope) -> list[tuple[UUID, datetime]]:
        """The ids of a client's objections that were withdrawn, and when."""
        query = {"client": scope.client_id, "until": {"$ne": None}}
        with translating_errors():
            return [(one["_id"], one["until"]) for one in self._collection.find(query)]

    def delete(self, scope: Scope, objection_id: UUID) -> None:
        """Forget one; no error if it is gone."""
        with translating_errors():
            self._collection.delete_one({"_id": objection_id, "client": scope.client_id})

    def in_force(self, scope: Scope, marks: Iterable[bytes], at: datetime) -> bool:
        """Whether there was an objection under one of some marks at a time."""
        with translating_errors():
            found = list(self._collection.find(_of(scope, marks), {"since": 1, "until": 1}))
        return any(_covers(one, at) for one in found)


def _of(scope: Scope, marks: Iterable[bytes]) -> Document:
    return {"client": scope.client_id, "mark": {"$in": [Binary(mark) for mark in marks]}}


def _covers(found: Document, at: datetime) -> bool:
    return bool(found["since"] <= at and (found["until"] is None or at < found["until"]))
