"""Exports as stored: what was asked for is sealed; states, times and sizes are in clear."""

from bson import Binary

from telecom_privacy.erasure.documents import reference_document
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.reversibility.model import Fetched, Kind, State, StoredExport
from telecom_privacy.storage.mongo import Document


def export_document(export: StoredExport) -> Document:
    """The document of an export that is being prepared."""
    return {
        "_id": export.id,
        "client": export.client_id,
        "month": export.month,
        "kind": export.kind.value,
        "state": export.state.value,
        "created_at": export.created_at,
        "as_of": export.as_of,
        "terms": export.terms,
        "key": reference_document(export.key),
        "payload": Binary(export.payload),
        "making": export.making,
        "attempt": export.attempt,
        "contents": [],
        "disturbed": 0,
        "fetched": [],
    }


def export_from(document: Document) -> StoredExport:
    return StoredExport(
        id=document["_id"],
        client_id=document["client"],
        month=document["month"],
        kind=Kind(document["kind"]),
        state=State(document["state"]),
        created_at=document["created_at"],
        as_of=document["as_of"],
        terms=document["terms"],
        key=KeyReference(**document["key"]),
        payload=bytes(document.get("payload", b"")),
        making=document["making"],
        attempt=document["attempt"],
        expires_at=document.get("expires_at"),
        length=document.get("length"),
        entries=document.get("entries"),
        everything=document.get("everything", False),
        fetched=tuple(Fetched(**one) for one in document["fetched"]),
    )


def fetched_document(fetched: Fetched) -> Document:
    return {"at": fetched.at, "by": fetched.by, "whole": fetched.whole}
