"""Collection `person_erasures` of the audit database: no restore of data takes an intent back."""

from collections.abc import Sequence
from datetime import datetime

from bson import Binary

from telecom_privacy.erasure.documents import current_key, reference_document
from telecom_privacy.erasure.model import DocumentId, Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.persons.model import StoredRequest
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST

PERSON_ERASURES = "person_erasures"


class ErasureRequestRepository:
    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[PERSON_ERASURES]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("at")

    def insert(self, request: StoredRequest) -> None:
        with translating_errors():
            self._collection.insert_one(_document(request))

    def fetch_begun(self, before: datetime) -> list[StoredRequest]:
        """Those of all clients that were begun up to a time and are not done."""
        with translating_errors():
            found = list(self._collection.find({"at": {"$gte": EARLIEST, "$lte": before}}))
        return [_request(document) for document in found]

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        """See `erasure.withheld.DataEraser`: none, as an intent is no record that a hold keeps."""
        del erasure
        return ()

    def erase_data(self, erasure: Erasure) -> None:
        """Remove the intents whose keys are gone."""
        with translating_errors():
            for item in erasure.items:
                self._collection.delete_one({"_id": item.document})


def _document(request: StoredRequest) -> Document:
    licences = request.licence_ids
    return {
        "_id": request.id,
        "client": request.client_id,
        "month": request.month,
        "at": request.at,
        "actor": request.actor,
        "licences": None if licences is None else sorted(licences),
        "key": reference_document(request.key),
        "payload": Binary(request.payload),
    }


def _request(document: Document) -> StoredRequest:
    licences = document["licences"]
    return StoredRequest(
        id=document["_id"],
        client_id=document["client"],
        month=document["month"],
        at=document["at"],
        actor=document["actor"],
        licence_ids=None if licences is None else frozenset(licences),
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
    )
