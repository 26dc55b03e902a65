"""How a record lies in its collection (docs/formats.md)."""

from collections.abc import Mapping
from datetime import datetime

from bson import Binary
from pymongo import UpdateOne

from telecom_privacy.erasure.documents import has_key, original, reference_document
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.policies.triggers import AWAITED
from telecom_privacy.records.model import (
    Candidate,
    FoundRecord,
    Revoking,
    StoredContent,
    StoredRecord,
    Tombstone,
    is_revoked,
)
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.mongo import Document

FOUND = {"occurred_at": 1, "events": 1}
CANDIDATE = {
    "record_id": 1,
    "category": 1,
    "occurred_at": 1,
    "events": 1,
    "key": 1,
    "content.key": 1,
    "content.gone_at": 1,
    "revoking": 1,
    "proving": 1,
}
"""The fields that `found_from` and `candidate_from` read."""

NOT_IN_A_TOMBSTONE = (
    "record_id",
    "month",
    "occurred_at",
    "moved_at",
    "events",
    "subject",
    "index",
    "covers",
    "binned",
    "key",
    "payload",
    "stored_at",
    "version",
    "content",
    "closed",
    "revoking",
    "proving",
)
"""What erasure takes from a record's document; its token, owner, role and category stay."""

_KNOWN_OF_CONTENT = ("occurred_at", "moved_at", "subject", "index")
_NO_KEY = KeyReference(NO_ID, "")


def record_document(record: StoredRecord) -> Document:
    return {
        "_id": Binary(record.token),
        "record_id": record.record_id,
        "client": record.scope.client_id,
        "licence": record.scope.licence_id,
        "role": record.scope.role,
        "category": record.category,
        "month": record.month,
        "occurred_at": record.occurred_at,
        **moved_document(record.events),
        **subject_document(record),
        "covers": Binary(record.covers) if record.covers else None,
        "binned": record.binned,
        "key": reference_document(record.key),
        "payload": Binary(record.payload),
        "stored_at": record.stored_at,
        "version": record.version,
        **proving_document(record),
        **_begun_document(record),
        **refusal_change(record).get("$set", {}),
    }


def _begun_document(record: StoredRecord) -> Document:
    """What is begun of a consent that was revoked before it was handed in."""
    return {"revoking": revoking_document(record.revoking)} if record.revoking else {}


def proving_document(record: StoredRecord) -> Document:
    return {"proving": record.proving} if record.proving else {}


def subject_document(record: StoredRecord) -> Document:
    return {"subject": Binary(record.subject) if record.subject else None, "index": record.index}


def moved_document(events: Mapping[str, datetime]) -> Document:
    """The events of a record, and the earliest that a term may await: any may be what decides."""
    awaited = (at for name, at in events.items() if name in AWAITED)
    return {"events": dict(events), "moved_at": min(awaited, default=None)}


def refusal_change(record: StoredRecord) -> dict[str, Document]:
    """What a change of a consent's events says of refusing; its tombstone goes on saying it."""
    if not record.covers:
        return {}
    if not is_revoked(record.events):
        return {"$unset": {"refused": 1}}
    refused = {"covers": Binary(record.covers), "at": record.events["revoked"]}
    return {"$set": {"refused": refused}}


def record_from(document: Document) -> StoredRecord:
    subject, covers = document["subject"], document["covers"]
    return StoredRecord(
        token=bytes(document["_id"]),
        record_id=document["record_id"],
        scope=Scope(document["client"], document["licence"], Role(document["role"])),
        category=document["category"],
        month=document["month"],
        occurred_at=document["occurred_at"],
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
        stored_at=document["stored_at"],
        events=document["events"],
        subject=bytes(subject) if subject else None,
        index=document["index"],
        covers=bytes(covers) if covers else None,
        binned=document["binned"],
        version=document["version"],
        content=_content_from(document["content"]) if "content" in document else None,
        revoking=Revoking(**document["revoking"]) if "revoking" in document else None,
        proving=document.get("proving"),
    )


def found_from(document: Document) -> FoundRecord:
    return FoundRecord(bytes(document["_id"]), document["occurred_at"], document["events"])


def candidate_from(document: Document) -> Candidate:
    holders = [document, document.get("content", {})]
    items = tuple(
        ErasedItem(document["record_id"], KeyReference(**holder["key"]), bytes(document["_id"]))
        for holder in holders
        if "key" in holder
    )
    category, occurred_at, events = (document[name] for name in ("category", *FOUND))
    is_settled = "revoking" not in document and "proving" not in document
    return Candidate(category, occurred_at, events, items, is_settled)


def tombstone_from(document: Document) -> Tombstone:
    return Tombstone(document["gone_at"], document["licence"])


def content_document(content: StoredContent) -> Document:
    return {
        "id": content.id,
        "key": reference_document(content.key),
        "metadata": Binary(content.metadata),
    }


def revoking_document(revoking: Revoking) -> Document:
    return {"at": revoking.at, "actor": revoking.actor}


def this_record(record: StoredRecord) -> Document:
    """The query for the document that holds a record, in any version."""
    return {"_id": Binary(record.token), "record_id": record.record_id}


def originals_from(item: ErasedItem, document: Document) -> list[Original]:
    """The record or its content, if the document holds the version that `item` names."""
    if "month" not in document:
        return []
    stored = record_from(document)
    if has_key(document, item):
        return [original(document, stored.binding, item)]
    content = document.get("content", {})
    if not has_key(content, item):
        return []
    known = {name: document[name] for name in _KNOWN_OF_CONTENT}
    return [original({**known, **content}, stored.binding, item, content=content["id"])]


def record_burial(item: ErasedItem, gone: Document) -> UpdateOne:
    """Reduce a record to a tombstone, if it holds this version and no live content."""
    whole = {**_holding("key", item), "content.key": {"$exists": False}}
    return UpdateOne(whole, {"$set": gone, "$unset": dict.fromkeys(NOT_IN_A_TOMBSTONE, 1)})


def content_burial(item: ErasedItem, at: datetime) -> UpdateOne:
    """Reduce a record's content to its id, if it is what the item names."""
    change = {
        "$set": {"content.gone_at": at},
        "$unset": {"content.key": 1, "content.metadata": 1},
    }
    return UpdateOne(_holding("content.key", item), change)


def _holding(field: str, item: ErasedItem) -> Document:
    return {
        "_id": item.document,
        "record_id": item.record_id,
        f"{field}.page": item.key.page,
        f"{field}.slot": item.key.slot,
    }


def _content_from(entry: Document) -> StoredContent:
    return StoredContent(
        id=entry["id"],
        key=KeyReference(**entry["key"]) if "key" in entry else _NO_KEY,
        metadata=bytes(entry.get("metadata", b"")),
        gone_at=entry.get("gone_at"),
    )
