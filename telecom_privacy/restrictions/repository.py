"""Collection `restrictions` of the audit database: no restore of data takes one back."""

from collections.abc import Iterable
from datetime import datetime

from bson import Binary
from pymongo.errors import DuplicateKeyError

from telecom_privacy.restrictions.model import Reason, Restriction
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST

RESTRICTIONS = "restrictions"


class RestrictionRepository:
    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[RESTRICTIONS]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("role", 1)])
            self._collection.create_index("open_since")

    def insert(self, restriction: Restriction) -> Restriction:
        """Store a restriction that is still to be settled; return the one that is in force.

        One that is there already stays as it is, settled or not; but a reason that defers erasure
        takes the place of one that counts for less.
        """
        try:
            with translating_errors():
                self._collection.insert_one(_document(restriction))
        except DuplicateKeyError:
            self._update_reason(restriction)
            return self._fetch(restriction.mark) or self.insert(restriction)
        return restriction

    def settle(self, restriction: Restriction) -> None:
        """Note that no package holds any more what is restricted."""
        with translating_errors():
            query = {"_id": Binary(restriction.mark)}
            self._collection.update_one(query, {"$unset": {"open_since": 1}})

    def fetch_open(self, before: datetime) -> list[Restriction]:
        """Those of all clients that were to be settled before a time."""
        with translating_errors():
            found = list(self._collection.find({"open_since": {"$gte": EARLIEST, "$lte": before}}))
        return [_restriction(document) for document in found]

    def has_any(self, scope: Scope) -> bool:
        """Whether anything of a client is restricted, in the scope's role."""
        query = {"client": scope.client_id, "role": scope.role.value}
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None

    def fetch_reasons(self, scope: Scope, marks: Iterable[bytes]) -> dict[bytes, Reason]:
        """Which of some marks are those of restrictions, and why these were placed."""
        found: dict[bytes, Reason] = {}
        for query in queries_by_id(map(Binary, marks)):
            with translating_errors():
                rows = list(self._collection.find(query, {"client": 1, "reason": 1}))
            found |= {
                bytes(row["_id"]): Reason(row["reason"])
                for row in rows
                if row["client"] == scope.client_id
            }
        return found

    def delete(self, scope: Scope, mark: bytes) -> bool:
        """Lift a restriction. False if there is none."""
        query = {"_id": Binary(mark), "client": scope.client_id}
        with translating_errors():
            return self._collection.delete_one(query).deleted_count == 1

    def _update_reason(self, restriction: Restriction) -> None:
        weaker = [reason.value for reason in restriction.reason.yields]
        query = {"_id": Binary(restriction.mark), "reason": {"$in": weaker}}
        change = {"$set": {"reason": restriction.reason.value}}
        with translating_errors():
            self._collection.update_one(query, change)

    def _fetch(self, mark: bytes) -> Restriction | None:
        with translating_errors():
            found = self._collection.find_one({"_id": Binary(mark)})
        return _restriction(found) if found else None


def _document(restriction: Restriction) -> Document:
    return {
        "_id": Binary(restriction.mark),
        "client": restriction.scope.client_id,
        "role": restriction.scope.role.value,
        "reason": restriction.reason.value,
        "at": restriction.at,
        "actor": restriction.actor,
        "record": restriction.record_id,
        "open_since": restriction.at,
    }


def _restriction(document: Document) -> Restriction:
    return Restriction(
        mark=bytes(document["_id"]),
        scope=Scope(document["client"], NO_ID, Role(document["role"])),
        reason=Reason(document["reason"]),
        at=document["at"],
        actor=document["actor"],
        record_id=document["record"],
        is_settled="open_since" not in document,
    )
