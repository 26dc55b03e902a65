"""What all sealed documents share: a key, and the time that they are of."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from pymongo import UpdateOne
from pymongo.collection import Collection

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import Closing, DocumentId, ErasedItem, Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.policies.model import Action
from telecom_privacy.scope import Scope
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, translating_errors
from telecom_privacy.storage.paging import EARLIEST

OPEN = {"closed": {"$exists": False}}
"""What is not about to be erased."""

_BEGINNINGS = ("started_at", "occurred_at", "created_at")
_ENDINGS = ("ended_at", "occurred_at")


def reference_document(key: KeyReference) -> Document:
    """How a document names the record key under which it is sealed."""
    return {"page": key.page, "slot": key.slot}


def closing_document(closing: Closing) -> Document:
    return {
        "at": closing.at,
        "rule": closing.rule,
        "actor": closing.actor,
        "action": closing.action,
    }


def close(collection: Collection[Document], found: Iterable[Document], closing: Closing) -> int:
    """Record the intent to erase in the documents of these queries that have none yet.

    Returns how many these were.
    """
    change = {"$set": {"closed": closing_document(closing)}}
    writes = [UpdateOne({**query, **OPEN}, change) for query in found]
    if not writes:
        return 0
    with translating_errors():
        return collection.bulk_write(writes, ordered=False).matched_count


def fetch_closed(
    collection: Collection[Document], before: datetime
) -> list[tuple[Document, Closing]]:
    """The documents, of all clients, that were closed up to a time and are not erased."""
    with translating_errors():
        found = list(collection.find({"closed.at": {"$gte": EARLIEST, "$lte": before}}))
    return [(document, _closing_from(document["closed"])) for document in found]


def _closing_from(document: Document) -> Closing:
    return Closing(document["at"], document["rule"], document["actor"], Action(document["action"]))


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
    for query in queries_by_id({item.document for item in items}):
        with translating_errors():
            found |= {document["_id"]: document for document in collection.find(query)}
    return [(item, found[item.document]) for item in items if item.document in found]


def has_key(holder: Document, item: ErasedItem) -> bool:
    """Whether a document, or an entry in one, holds this content version."""
    return holder.get("key") == reference_document(item.key)


def original(
    stored: Document,
    binding: Binding,
    item: ErasedItem,
    content: UUID | None = None,
    part_of: UUID | None = None,
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
        index=stored.get("index") or 1,
        subject=bytes(subject) if isinstance(subject, bytes) else None,
        content=content,
        direction=stored.get("direction"),
        part_of=part_of,
    )


class UnheldDocuments:
    """Sealed documents that go with their keys, and that no hold keeps, as they are no records.

    See `erasure.recovery.KeyHolder` and `erasure.withheld.DataEraser`.
    """

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        return current_key(self._collection, document_id)

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        del erasure
        return ()

    def erase_data(self, erasure: Erasure) -> None:
        """Remove those whose keys are gone."""
        with translating_errors():
            for item in erasure.items:
                self._collection.delete_one({"_id": item.document})
