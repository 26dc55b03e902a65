"""What all sealed documents share: the key of the content version that they hold."""

from pymongo.collection import Collection

from telecom_privacy.erasure.model import DocumentId
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.storage.mongo import Document, translating_errors


def current_key(collection: Collection[Document], document_id: DocumentId) -> KeyReference | None:
    """See `erasure.recovery.KeyHolder`."""
    with translating_errors():
        found = collection.find_one({"_id": document_id}, {"key": 1})
    return KeyReference(**found["key"]) if found and "key" in found else None
