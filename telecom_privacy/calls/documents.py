"""How a call lies in its collection (docs/formats.md)."""

from datetime import datetime
from uuid import UUID

from bson import Binary

from telecom_privacy.calls.model import (
    Candidate,
    FoundCall,
    StoredCall,
    StoredRecording,
    Tombstone,
    call_binding,
)
from telecom_privacy.erasure.documents import has_key, original, reference_document
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.mongo import Document

FOUND = {"started_at": 1, "ended_at": 1}
CALL_CANDIDATE = {"ended_at": 1, "record_id": 1, "key": 1}
RECORDINGS_CANDIDATE = {
    "ended_at": 1,
    "recordings.record_id": 1,
    "recordings.key": 1,
    "recordings.gone_at": 1,
}
"""The fields that `found_call_from`, `call_candidate_from` and so on read."""

NOT_IN_A_TOMBSTONE = (
    "record_id",
    "month",
    "started_at",
    "ended_at",
    "direction",
    "objected",
    "numbers",
    "index",
    "key",
    "payload",
    "stored_at",
    "version",
    "recordings",
    "recorded_until",
    "closed",
    "party_erased_at",
)
"""What erasure takes from a call's document; its keyed token, client and licence ids stay."""

_OF_ITS_CALL = ("started_at", "ended_at", "numbers", "index")
_NO_KEY = KeyReference(NO_ID, "")


def call_document(call: StoredCall) -> Document:
    return {
        "_id": Binary(call.token),
        "record_id": call.record_id,
        "client": call.scope.client_id,
        "licence": call.scope.licence_id,
        "month": call.month,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "direction": call.direction,
        "objected": call.objected,
        **indexed(call),
        "key": reference_document(call.key),
        "payload": Binary(call.payload),
        "stored_at": call.stored_at,
        "version": call.version,
        "recordings": [],
        **({"party_erased_at": call.party_erased_at} if call.party_erased_at else {}),
    }


def indexed(call: StoredCall) -> Document:
    """By which tokens a call is found."""
    return {"numbers": [Binary(number) for number in call.numbers], "index": call.index}


def call_from(document: Document) -> StoredCall:
    return StoredCall(
        token=bytes(document["_id"]),
        record_id=document["record_id"],
        scope=_scope_from(document),
        month=document["month"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        direction=document["direction"],
        objected=document["objected"],
        numbers=tuple(bytes(number) for number in document["numbers"]),
        index=document["index"],
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
        stored_at=document["stored_at"],
        version=document["version"],
        recordings=tuple(_recording_from(entry) for entry in document["recordings"]),
        is_closed="closed" in document,
        party_erased_at=document.get("party_erased_at"),
    )


def found_call_from(document: Document) -> FoundCall:
    return FoundCall(bytes(document["_id"]), document["started_at"], document["ended_at"])


def call_candidate_from(document: Document) -> Candidate:
    return Candidate(document["ended_at"], (_item_from(document, document),))


def recordings_candidate_from(document: Document) -> Candidate:
    live = [entry for entry in document["recordings"] if "gone_at" not in entry]
    return Candidate(document["ended_at"], tuple(_item_from(document, entry) for entry in live))


def tombstone_from(document: Document) -> Tombstone:
    return Tombstone(document["gone_at"], document["licence"])


def recording_document(recording: StoredRecording, stored_at: datetime) -> Document:
    return {
        "token": Binary(recording.token),
        "record_id": recording.record_id,
        "key": reference_document(recording.key),
        "metadata": Binary(recording.metadata),
        "stored_at": stored_at,
    }


def originals_from(item: ErasedItem, document: Document) -> list[Original]:
    """The call's content, if the document holds the version that `item` names."""
    if not has_key(document, item):
        return []
    binding = call_binding(_scope_from(document), document["month"], item.record_id)
    return [original(document, binding, item)]


def original_of(call: StoredCall) -> Original:
    """The content of a call that was just read, and cannot change any more.

    Its recordings are kept apart, each for itself.
    """
    return original(call_document(call), call.binding, call.item)


def recording_originals_from(item: ErasedItem, document: Document) -> list[Original]:
    """The recording that `item` names, if the call lists it, as what is known of its call."""
    scope, month = _scope_from(document), document.get("month", "")
    binding = record_binding(scope, Category.RECORDING, month, item.record_id)
    call = {name: document[name] for name in _OF_ITS_CALL if name in document}
    call_id = document.get("record_id")
    return [
        original({**call, **entry}, binding, item, content=item.record_id, part_of=call_id)
        for entry in document.get("recordings", ())
        if has_key(entry, item)
    ]


def _scope_from(document: Document) -> Scope:
    return Scope(document["client"], document["licence"], Role.PROCESSOR)


def _item_from(call: Document, holder: Document) -> ErasedItem:
    return ErasedItem(holder["record_id"], KeyReference(**holder["key"]), bytes(call["_id"]))


def _recording_from(entry: Document) -> StoredRecording:
    record_id: UUID = entry["record_id"]
    return StoredRecording(
        token=bytes(entry["token"]),
        record_id=record_id,
        key=KeyReference(**entry["key"]) if "key" in entry else _NO_KEY,
        metadata=bytes(entry.get("metadata", b"")),
        gone_at=entry.get("gone_at"),
    )
