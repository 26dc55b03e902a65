"""Clients and licences in the database (`documents` says how they are stored)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from bson import Binary
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from telecom_privacy.clients.contract_ends import Confirmation, ContractEnd
from telecom_privacy.clients.documents import (
    StoredClient,
    StoredLicence,
    client_document,
    client_from,
    intent_document,
    licence_document,
    licence_from,
)
from telecom_privacy.clients.model import Anonymisation, client_binding, licence_binding
from telecom_privacy.erasure.documents import current_key, documents_of, has_key, original
from telecom_privacy.erasure.model import DocumentId, Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST

CLIENTS = "clients"
LICENCES = "licences"
_ALWAYS: Mapping[str, Any] = MappingProxyType({})


class ClientRepository:
    """Collection `clients`; the keyed token of the external id is unique."""

    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[CLIENTS]
        self._ends = audit["contract_ends"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("token", unique=True)

    def insert(self, client: StoredClient) -> bool:
        """False if the external id is taken."""
        return _inserted(self._collection, client_document(client))

    def update(self, client: StoredClient) -> bool:
        """Write the version after the one that was read. False if it changed meanwhile."""
        return _replaced(self._collection, client_document(client))

    def originals(self, erasure: Erasure) -> list[Original]:
        """See `erasure.withheld.DataEraser`."""
        return [
            original(found, client_binding(found["_id"], found["month"]), item)
            for item, found in documents_of(self._collection, erasure.items)
            if has_key(found, item)
        ]

    def erase_data(self, erasure: Erasure) -> None:
        """Remove erased clients (see `erasure.withheld.DataEraser`)."""
        _erase(self._collection, erasure)

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def fetch_by_token(self, token: bytes) -> StoredClient | None:
        return self._fetch({"token": Binary(token)})

    def fetch(self, client_id: UUID) -> StoredClient | None:
        return self._fetch({"_id": client_id})

    def fetch_ids(self) -> list[UUID]:
        with translating_errors():
            return [found["_id"] for found in self._collection.find({}, {"_id": 1})]

    def fetch_all(self) -> Iterator[StoredClient]:
        with translating_errors():
            for document in self._collection.find():
                yield client_from(document)

    def fetch_contract_end(self, client_id: UUID) -> ContractEnd:
        """What was done about the end of a client's contract (collection `contract_ends`)."""
        with translating_errors():
            found = self._ends.find_one({"_id": client_id}) or {}
        reminded = {date.fromisoformat(day): at for day, at in found.get("reminded", {}).items()}
        opened = found.get("opened_for")
        opened_for = date.fromisoformat(opened) if opened else None
        said = found.get("confirmed")
        confirmed = Confirmation(said["export"], said["at"], said["by"]) if said else None
        return ContractEnd(reminded, found.get("destroyed_at"), opened_for, confirmed)

    def update_reminded(self, client_id: UUID, day: date, now: datetime) -> None:
        self._update_end(client_id, {f"reminded.{day.isoformat()}": now})

    def update_opened(self, client_id: UUID, closes_on: date) -> None:
        self._update_end(client_id, {"opened_for": closes_on.isoformat()})

    def update_destroyed(self, client_id: UUID, now: datetime) -> None:
        self._update_end(client_id, {"destroyed_at": now})

    def update_confirmed(self, client_id: UUID, said: Confirmation) -> None:
        document = {"export": said.export_id, "at": said.at, "by": said.by}
        self._update_end(client_id, {"confirmed": document})

    def _update_end(self, client_id: UUID, values: Document) -> None:
        with translating_errors():
            self._ends.update_one({"_id": client_id}, {"$set": values}, upsert=True)

    def _fetch(self, query: Document) -> StoredClient | None:
        with translating_errors():
            document = self._collection.find_one(query)
        return client_from(document) if document else None


class LicenceRepository:
    """Collection `licences`; the token of the external id is unique within its client."""

    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[LICENCES]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("token", 1)], unique=True)
            self._collection.create_index("anonymisation.begun_at")

    def insert(self, scope: Scope, licence: StoredLicence) -> bool:
        """False if the client already has a licence with that external id."""
        return _inserted(self._collection, licence_document(scope, licence))

    def update(self, scope: Scope, licence: StoredLicence) -> bool:
        return _replaced(self._collection, licence_document(scope, licence))

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def fetch_by_token(self, scope: Scope, token: bytes) -> StoredLicence | None:
        return self._fetch({"client": scope.client_id, "token": Binary(token)})

    def fetch(self, scope: Scope, licence_id: UUID) -> StoredLicence | None:
        return self._fetch({"_id": licence_id, "client": scope.client_id})

    def fetch_all(self, scope: Scope) -> list[StoredLicence]:
        with translating_errors():
            return [
                licence_from(found) for found in self._collection.find({"client": scope.client_id})
            ]

    def update_anonymisation(self, scope: Scope, intent: Anonymisation) -> None:
        """Record that a licence is to be anonymised, if it is there and is not already.

        Whoever is changing it at the same time is too late.
        """
        change = {"$set": {"anonymisation": intent_document(intent)}, "$inc": {"version": 1}}
        query = {**_named(scope), "anonymisation": {"$exists": False}}
        with translating_errors():
            self._collection.update_one(query, change)

    def fetch_anonymisations(self, before: datetime) -> list[Anonymisation]:
        """Those of all clients that began up to a time and go on."""
        query = {"anonymisation.begun_at": {"$gte": EARLIEST, "$lte": before}}
        with translating_errors():
            found = [licence_from(one).anonymisation for one in self._collection.find(query)]
        return [intent for intent in found if intent]

    def delete(self, scope: Scope) -> None:
        """Remove the document of a licence whose key is gone, and with it the intent."""
        with translating_errors():
            self._collection.delete_one(_named(scope))

    def originals(self, erasure: Erasure) -> list[Original]:
        """See `erasure.withheld.DataEraser`."""
        return [
            original(found, licence_binding(found["client"], found["_id"], found["month"]), item)
            for item, found in documents_of(self._collection, erasure.items)
            if has_key(found, item)
        ]

    def erase_data(self, erasure: Erasure) -> None:
        """Remove erased licences (see `erasure.withheld.DataEraser`).

        One that is being anonymised stays, unreadable, until `delete`: it holds the intent.
        """
        _erase(self._collection, erasure, {"anonymisation": {"$exists": False}})

    def _fetch(self, query: Document) -> StoredLicence | None:
        with translating_errors():
            document = self._collection.find_one(query)
        return licence_from(document) if document else None


def _inserted(collection: Collection[Document], document: Document) -> bool:
    try:
        with translating_errors():
            collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def _replaced(collection: Collection[Document], document: Document) -> bool:
    query = {"_id": document["_id"], "version": document["version"] - 1}
    with translating_errors():
        return collection.replace_one(query, document).matched_count == 1


def _erase(
    collection: Collection[Document], erasure: Erasure, condition: Mapping[str, Any] = _ALWAYS
) -> None:
    """Remove what was erased, but not a newer version: the document alone leads to its key."""
    with translating_errors():
        for item in erasure.items:
            version = {"key.page": item.key.page, "key.slot": item.key.slot}
            collection.delete_one({"_id": item.document, **version, **condition})


def _named(licence: Scope) -> Document:
    return {"_id": licence.licence_id, "client": licence.client_id}
