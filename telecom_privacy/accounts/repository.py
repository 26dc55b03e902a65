"""Collection `api_keys`: hashes, roles and sealed labels."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from bson import Binary

from telecom_privacy.accounts.model import ApiKey
from telecom_privacy.erasure.documents import current_key, reference_document
from telecom_privacy.erasure.model import DocumentId
from telecom_privacy.http.access import ApiRole
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

API_KEYS = "api_keys"


class ApiKeyRepository:
    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[API_KEYS]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("client")

    def insert(self, key: ApiKey) -> None:
        with translating_errors():
            self._collection.insert_one(_document(key))

    def fetch(self, key_id: UUID) -> ApiKey | None:
        with translating_errors():
            document = self._collection.find_one({"_id": key_id})
        return _api_key(document) if document else None

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def fetch_all(self) -> Iterator[ApiKey]:
        with translating_errors():
            for document in self._collection.find():
                yield _api_key(document)

    def fetch_of_client(self, client_id: UUID) -> Iterator[ApiKey]:
        with translating_errors():
            for document in self._collection.find({"client": client_id}):
                yield _api_key(document)

    def update_revoked(self, key_id: UUID, now: datetime) -> bool:
        """False if there is no such key, or it was revoked before."""
        query = {"_id": key_id, "revoked_at": None}
        with translating_errors():
            result = self._collection.update_one(query, {"$set": {"revoked_at": now}})
        return result.matched_count == 1

    def update_last_used(self, key_id: UUID, now: datetime, unless_after: datetime) -> None:
        """Write the time of use unless a worker wrote one after `unless_after`."""
        query = {"_id": key_id, "used_or_made_at": {"$lte": unless_after}}
        change = {"$set": {"last_used_at": now, "used_or_made_at": now}}
        with translating_errors():
            self._collection.update_one(query, change)

    def any_live(self, role: ApiRole, now: datetime) -> bool:
        """Whether a key of the role is neither revoked nor expired."""
        unexpired = [{"expires_at": None}, {"expires_at": {"$gt": now}}]
        query = {"role": role, "revoked_at": None, "$or": unexpired}
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None


def _document(key: ApiKey) -> Document:
    return {
        "_id": key.id,
        "secret_hash": Binary(key.secret_hash),
        "role": key.role,
        "client": key.client_id,
        "licences": None if key.licence_ids is None else sorted(key.licence_ids),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
        # The first use after a key was made is written at once.
        "used_or_made_at": datetime.fromtimestamp(0, key.created_at.tzinfo),
        "payload": Binary(key.label),
        "month": key.month,
        "key": reference_document(key.key),
    }


def _api_key(document: Document) -> ApiKey:
    licences = document["licences"]
    return ApiKey(
        id=document["_id"],
        secret_hash=bytes(document["secret_hash"]),
        role=ApiRole(document["role"]),
        client_id=document["client"],
        licence_ids=None if licences is None else frozenset(licences),
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        revoked_at=document["revoked_at"],
        last_used_at=document["last_used_at"],
        label=bytes(document["payload"]),
        month=document["month"],
        key=KeyReference(**document["key"]),
    )
