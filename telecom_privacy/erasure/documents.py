"""What all sealed documents share: a key, and the time that they are of."""

from collections.abc import Sequence
from uuid import UUID

from pymongo.collection import Collection

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import DocumentId, ErasedItem
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import Document, translating_errors

_IDS_PER_QUERY = 50
_BEGINNINGS = ("started_at", "occurred_at", "created_at")
_ENDINGS = ("ended_at", "occurred_at")


def current_key(collection: Collection[Document], document_id: DocumentId) -> KeyReference | None:
    """See `erasure.recovery.KeyHolder`."""
    with translating_errors():
        found = collection.find_one({"_id": document_id}, {"key": 1})
    return KeyReference(**found["key"]) if found and "key" in found else None


def documents_of(
    collection: Collection[Document], items: Sequence[ErasedItem]
) -> list[tuple[ErasedItem, Document]]:
    """The stored document of each item whose document is still there, in any version."""
    found: dict[DocumentId, Document] = {}
    wanted = list({item.document for item in items})
    for first in range(0, len(wanted), _IDS_PER_QUERY):
        query = {"_id": {"$in": wanted[first : first + _IDS_PER_QUERY]}}
        with translating_errors():
            found |= {document["_id"]: document for document in collection.find(query)}
    return [(item, found[item.document]) for item in items if item.document in found]


def has_key(holder: Document, item: ErasedItem) -> bool:
    """Whether a document, or an entry in one, holds this content version."""
    return holder.get("key") == {"page": item.key.page, "slot": item.key.slot}


def original(
    stored: Document, binding: Binding, item: ErasedItem, content: UUID | None = None
) -> Original:
    """Read a stored document as the content version that `binding` and `item` name.

    It concerns the time to its last event; what was created, and did not happen, the time since.
    """
    subject = stored.get("subject")
    ends = [stored[name] for name in _ENDINGS if name in stored]
    return Original(
        item=item,
        scope=Scope(binding.client_id, binding.licence_id, binding.role),
        category=binding.category,
        month=binding.month,
        started_at=next(stored[name] for name in _BEGINNINGS if name in stored),
        ended_at=max(ends + list(stored.get("events", {}).values())) if ends else None,
        document=stored,
        numbers=frozenset(bytes(number) for number in stored.get("numbers", ())),
        index=stored.get("index", 1),
        subject=bytes(subject) if isinstance(subject, bytes) else None,
        content=content,
        direction=stored.get("direction"),
    )
