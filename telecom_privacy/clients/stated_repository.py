"""Collection `professions` of the audit database: it outlives what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from telecom_privacy.clients.documents import Sealed, sealed_fields, sealed_from
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.documents import UnheldDocuments
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.keys.model import record_binding
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST

PROFESSIONS = "professions"
PROFESSION = "profession"
"""The category under whose keys they are sealed: it is in no policy (docs/disclosure.md)."""


@dataclass(frozen=True, slots=True)
class StoredProfessions:
    """What was stated of a client (`licence_id` is `NO_ID`) or of a licence of it."""

    client_id: UUID
    licence_id: UUID
    sealed: Sealed
    stored_at: datetime

    @property
    def id(self) -> UUID:
        return self.client_id if self.licence_id == NO_ID else self.licence_id

    @property
    def binding(self) -> Binding:
        return professions_binding(self.client_id, self.licence_id, self.sealed.month)

    @property
    def item(self) -> ErasedItem:
        return ErasedItem(self.id, self.sealed.key, self.id)


def professions_binding(client_id: UUID, licence_id: UUID, month: str) -> Binding:
    """The operator keeps them, to answer for what it hands over: as controller."""
    scope = Scope(client_id, licence_id, Role.CONTROLLER)
    record_id = client_id if licence_id == NO_ID else licence_id
    return record_binding(scope, PROFESSION, month, record_id)


class StatedProfessionRepository(UnheldDocuments):
    def __init__(self, audit: MongoDatabase) -> None:
        super().__init__(audit[PROFESSIONS])

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("client")
            self._collection.create_index([("licence", 1), ("stored_at", 1)])

    def insert(self, stated: StoredProfessions) -> bool:
        """False if there is one already."""
        try:
            with translating_errors():
                self._collection.insert_one(_document(stated))
        except DuplicateKeyError:
            return False
        return True

    def update(self, stated: StoredProfessions) -> bool:
        """Write the version after the one that was read. False if it changed meanwhile."""
        query = {"_id": stated.id, "version": stated.sealed.version - 1}
        with translating_errors():
            found = self._collection.replace_one(query, _document(stated))
        return found.matched_count == 1

    def fetch(self, scope: Scope) -> StoredProfessions | None:
        """What was stated of the licence of a scope; where it names none, of its client."""
        named = scope.client_id if scope.licence_id == NO_ID else scope.licence_id
        with translating_errors():
            found = self._collection.find_one({"_id": named, "client": scope.client_id})
        return _stated(found) if found else None

    def fetch_of_client(self, client_id: UUID) -> list[StoredProfessions]:
        """All that was stated of a client and of its licences."""
        with translating_errors():
            return [_stated(one) for one in self._collection.find({"client": client_id})]

    def fetch_all(self) -> Iterator[StoredProfessions]:
        """All that was stated, of all clients."""
        with translating_errors():
            for one in self._collection.find():
                yield _stated(one)

    def fetch_clients(self, before: datetime) -> set[UUID]:
        """The clients of which anything was noted up to a time."""
        query = {"licence": NO_ID, "stored_at": {"$gte": EARLIEST, "$lte": before}}
        with translating_errors():
            return {one["client"] for one in self._collection.find(query, {"client": 1})}


def _document(stated: StoredProfessions) -> Document:
    return {
        "_id": stated.id,
        "client": stated.client_id,
        "licence": stated.licence_id,
        "stored_at": stated.stored_at,
        **sealed_fields(stated.sealed),
    }


def _stated(found: Document) -> StoredProfessions:
    return StoredProfessions(
        found["client"], found["licence"], sealed_from(found), found["stored_at"]
    )
