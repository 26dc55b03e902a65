"""A request as it is sealed in its record (docs/formats.md)."""

from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from telecom_privacy.records.kept_step import step_from, step_json
from telecom_privacy.records.model import KEPT, Record
from telecom_privacy.rights.model import Entry, Right, RightsRequest, State, Step


def file_of(request: RightsRequest) -> dict[str, Any]:
    """All of a request but what the record itself says: its id, subject and time."""
    named = request.client_id and str(request.client_id)
    return {
        "right": request.right.value,
        "contact": request.contact,
        "client": named,
        "on_behalf": request.on_behalf and dict(request.on_behalf),
        "directive": request.directive,
        "entries": [step_json(entry) for entry in request.entries],
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
        entries=tuple(step_from(Entry, Step, entry) for entry in file["entries"]),
    )


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat()
