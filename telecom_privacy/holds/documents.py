"""How holds, and what they keep, lie in their collections (docs/formats.md)."""

from datetime import date
from uuid import UUID, uuid5

from bson import Binary

from telecom_privacy.erasure.documents import original, reference_document
from telecom_privacy.erasure.model import DocumentId, ErasedItem
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.model import Act, Reach, StoredHold
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.mongo import Document


def hold_document(hold: StoredHold) -> Document:
    reach = hold.reach
    return {
        "_id": hold.id,
        "in_force": hold.released is None,
        "client": reach.client_id or NO_ID,
        "asked_by": _asked_by(hold),
        "licence": reach.licence_id,
        "names_number": reach.names_number,
        "start": reach.start,
        "end": reach.end,
        "review_on": hold.review_on.isoformat(),
        "remind_on": hold.review_on.isoformat(),
        "placed": act_document(hold.placed),
        "month": hold.month,
        "key": reference_document(hold.key),
        "payload": Binary(hold.payload),
        **_claim_document(hold),
        **_case_document(hold),
    }


def of_client(client_id: UUID) -> str:
    """Who asks for the holds that claim nothing: what is erased of a client; `NO_ID`: of any."""
    return f"client/{client_id}"


def of_persons(client_id: UUID, role: Role) -> str:
    """Who asks for those of claims that need all about a person: what is erased in that role."""
    return f"persons/{client_id}/{role}"


def at_place(document: DocumentId) -> str:
    """Who asks for those of claims of one record: what is erased of its document."""
    return f"place/{document.hex() if isinstance(document, bytes) else document}"


def _asked_by(hold: StoredHold) -> str:
    reach = hold.reach
    if hold.place is not None:
        return at_place(hold.place)
    if hold.is_of_person and reach.client_id and reach.role:
        return of_persons(reach.client_id, reach.role)
    return of_client(reach.client_id or NO_ID)


def _claim_document(hold: StoredHold) -> Document:
    """What only the hold of a claim has."""
    if hold.claim is None:
        return {}
    place = Binary(hold.place) if isinstance(hold.place, bytes) else hold.place
    claim = Binary(hold.claim)
    return {"claim": claim, "role": hold.reach.role, "record": hold.reach.record, "place": place}


def _case_document(hold: StoredHold) -> Document:
    """What only the hold of a requisition has."""
    found = {"requisition": hold.requisition, "lapses_at": hold.lapses_at}
    return {name: value for name, value in found.items() if value is not None}


def hold_from(document: Document) -> StoredHold:
    client_id = document["client"]
    role, claim, place = (document.get(name) for name in ("role", "claim", "place"))
    reach = Reach(
        client_id=None if client_id == NO_ID else client_id,
        licence_id=document["licence"],
        names_number=document["names_number"],
        start=document["start"],
        end=document["end"],
        role=role and Role(role),
        record=document.get("record"),
    )
    return StoredHold(
        id=document["_id"],
        reach=reach,
        review_on=date.fromisoformat(document["review_on"]),
        placed=Act(**document["placed"]),
        month=document["month"],
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
        release_asked=_act(document.get("release_asked")),
        released=_act(document.get("released")),
        claim=claim and bytes(claim),
        place=bytes(place) if isinstance(place, bytes) else place,
        requisition=document.get("requisition"),
        lapses_at=document.get("lapses_at"),
    )


def act_document(act: Act) -> Document:
    return {"by": act.by, "at": act.at}


def withheld_id(key: KeyReference) -> UUID:
    """The same for whoever moves this version: it is kept once."""
    return uuid5(key.page, key.slot)


def original_document(original: Original) -> Document:
    return {
        "record": original.item.record_id,
        "place": original.item.document,
        "key": reference_document(original.item.key),
        "client": original.scope.client_id,
        "licence": original.scope.licence_id,
        "role": original.scope.role,
        "category": original.category,
        "month": original.month,
        "started_at": original.started_at,
        "ended_at": original.ended_at,
        "numbers": [Binary(number) for number in sorted(original.numbers)],
        "index": original.index,
        "subject": original.subject and Binary(original.subject),
        "content": original.content,
        "part_of": original.part_of,
        "document": dict(original.document),
    }


def original_from(document: Document) -> Original:
    subject = document["subject"]
    return Original(
        item=item_from(document),
        scope=Scope(document["client"], document["licence"], Role(document["role"])),
        category=document["category"],
        month=document["month"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        document=document["document"],
        numbers=frozenset(bytes(number) for number in document["numbers"]),
        index=document["index"],
        subject=None if subject is None else bytes(subject),
        content=document["content"],
        part_of=document["part_of"],
    )


def record_original(stored: Document, content: Original) -> Original:
    """Read the live record that a content belongs to."""
    category = stored.get("category", Category.CALL)
    key = KeyReference(**stored["key"])
    item = ErasedItem(stored["record_id"], key, content.item.document)
    binding = record_binding(content.scope, category, stored["month"], item.record_id)
    return original(stored, binding, item)


def item_from(document: Document) -> ErasedItem:
    return ErasedItem(document["record"], KeyReference(**document["key"]), document["place"])


def _act(document: Document | None) -> Act | None:
    return Act(**document) if document else None
