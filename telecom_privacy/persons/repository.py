"""Collection `person_erasures` of the audit database: no restore of data takes an intent back."""

from datetime import datetime
from uuid import UUID

from bson import Binary

from telecom_privacy.erasure.documents import UnheldDocuments, reference_document
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.persons.model import StoredRequest
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST, Position

PERSON_ERASURES = "person_erasures"


class ErasureRequestRepository(UnheldDocuments):
    def __init__(self, audit: MongoDatabase) -> None:
        super().__init__(audit[PERSON_ERASURES])

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("since")
            self._collection.create_index([("client", 1), ("mark", 1)])

    def insert(self, request: StoredRequest) -> None:
        with translating_errors():
            self._collection.insert_one(_document(request))

    def fetch(self, client_id: UUID, mark: bytes) -> StoredRequest | None:
        """A client's open intent by its mark."""
        query = {"client": client_id, "mark": Binary(mark)}
        with translating_errors():
            found = self._collection.find_one(query)
        return _request(found) if found else None

    def fetch_begun(self, before: datetime, most: int) -> list[StoredRequest]:
        """Those of all clients that were left up to a time and are not done, longest left first."""
        query = {"since": {"$gte": EARLIEST, "$lte": before}}
        with translating_errors():
            found = list(self._collection.find(query).sort("since", 1).limit(most))
        return [_request(document) for document in found]

    def update_position(self, request_id: UUID, position: Position | None, since: datetime) -> None:
        """Note how far an intent was carried out, and when it was left; nothing if it is done."""
        change = {"position": _position_document(position), "since": since}
        with translating_errors():
            self._collection.update_one({"_id": request_id}, {"$set": change})


def _document(request: StoredRequest) -> Document:
    licences = request.licence_ids
    return {
        "_id": request.id,
        "client": request.client_id,
        "month": request.month,
        "at": request.at,
        "actor": request.actor,
        "licences": None if licences is None else sorted(licences),
        "mark": Binary(request.mark),
        "since": request.since,
        "position": _position_document(request.position),
        "key": reference_document(request.key),
        "payload": Binary(request.payload),
    }


def _request(document: Document) -> StoredRequest:
    licences, position = document["licences"], document["position"]
    return StoredRequest(
        id=document["_id"],
        client_id=document["client"],
        month=document["month"],
        at=document["at"],
        actor=document["actor"],
        licence_ids=None if licences is None else frozenset(licences),
        mark=bytes(document["mark"]),
        since=document["since"],
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
        position=Position(position["at"], bytes(position["id"])) if position else None,
    )


def _position_document(position: Position | None) -> Document | None:
    return {"at": position.at, "id": Binary(position.id)} if position else None
