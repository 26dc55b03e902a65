"""A request as it is sealed in its record (docs/formats.md)."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from telecom_privacy.clock import to_text
from telecom_privacy.records.model import KEPT, Record
from telecom_privacy.rights.model import Entry, Right, RightsRequest, State, Step

_OF_AN_ENTRY = ("step", "at", "noted_at", "actor")


def file_of(request: RightsRequest) -> dict[str, Any]:
    """All of a request but what the record itself says: its id, subject and time."""
    named = request.client_id and str(request.client_id)
    return {
        "right": request.right.value,
        "contact": request.contact,
        "client": named,
        "on_behalf": request.on_behalf and dict(request.on_behalf),
        "directive": request.directive,
        "entries": [_entry_json(entry) for entry in request.entries],
    }


def data_of(request: RightsRequest, zone: tzinfo) -> dict[str, str]:
    """What proves that a request was answered, as the policies' category takes it (RET-15)."""
    data = {"right": request.right.value, "received_on": _day(request.received_at, zone)}
    if closing := request.closing:
        data |= {"answered_on": _day(closing.at, zone)}
        refused = closing.step is Step.REFUSED
        data |= {"outcome": State.REFUSED.value} if refused else {}
        given = ("outcome", "ground", "channel")
        data |= {name: closing.said[name] for name in given if closing.said.get(name)}
    return data


def request_from(record: Record) -> RightsRequest:
    sealed, file = record.sealed, record.sealed[KEPT]
    return RightsRequest(
        id=UUID(sealed["id"]),
        right=Right(file["right"]),
        subject=sealed["subject"],
        contact=file["contact"],
        received_at=record.stored.occurred_at,
        client_id=UUID(file["client"]) if file["client"] else None,
        on_behalf=file["on_behalf"],
        directive=file["directive"],
        entries=tuple(map(_entry_from, file["entries"])),
    )


def _entry_json(entry: Entry) -> dict[str, Any]:
    known = {"step": entry.step.value, "actor": entry.actor}
    return {**entry.said, **known, "at": to_text(entry.at), "noted_at": to_text(entry.noted_at)}


def _entry_from(sealed: Mapping[str, Any]) -> Entry:
    at, noted_at = (datetime.fromisoformat(sealed[name]) for name in ("at", "noted_at"))
    said = {name: value for name, value in sealed.items() if name not in _OF_AN_ENTRY}
    return Entry(Step(sealed["step"]), at, noted_at, sealed["actor"], said)


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat()
