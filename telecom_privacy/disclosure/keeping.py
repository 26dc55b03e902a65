"""Which holds a case has, as its own steps say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.clock import to_text
from telecom_privacy.disclosure.matching import Kind, Target
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.steps import Step


@dataclass(frozen=True, slots=True)
class Keeping:
    """A hold, and for which target of the order it was placed."""

    hold_id: UUID
    target: Target = field(repr=False)


def holds_of(requisition: Requisition) -> list[Keeping]:
    """The holds of a case, those too that have lapsed; none before it is preserved."""
    preserved = requisition.last(Step.PRESERVED)
    return _holds(preserved) if preserved else []


def superseded(requisition: Requisition) -> frozenset[UUID]:
    """The holds that a case had before it was corrected, and has no more."""
    noted = requisition.all(Step.PRESERVED)
    return hold_ids([one for entry in noted for one in _holds(entry)]) - hold_ids(
        holds_of(requisition)
    )


def is_kept_as_asked(requisition: Requisition) -> bool:
    """Whether a case is preserved, and was not corrected since."""
    steps = [one.step for one in requisition.entries]
    last = [one for one in steps if one in (Step.PRESERVED, Step.CORRECTED)][-1:]
    return last == [Step.PRESERVED]


def kept_until(requisition: Requisition) -> datetime | None:
    """When the holds of a case lapse; None for one that keeps nothing, or no more."""
    if requisition.last(Step.LAPSED):
        return None
    said = [one for one in requisition.entries if one.step in (Step.PRESERVED, Step.RENEWED)]
    return datetime.fromisoformat(said[-1].said["until"]) if said else None


def said_of(holds: Iterable[Keeping], until: datetime) -> Mapping[str, Any]:
    """What a case notes of its holds."""
    return {"holds": [_json(one) for one in holds], "until": to_text(until)}


def hold_ids(holds: Sequence[Keeping]) -> frozenset[UUID]:
    return frozenset(one.hold_id for one in holds)


def _holds(preserved: Entry) -> list[Keeping]:
    return [_keeping(one) for one in preserved.said["holds"]]


def _json(one: Keeping) -> dict[str, Any]:
    target = one.target
    named = {"kind": target.kind.value, "name": target.name, "client_id": target.client_id}
    return {"hold": str(one.hold_id), **named, "licence": target.licence}


def _keeping(said: Mapping[str, Any]) -> Keeping:
    kind, licence = Kind(said["kind"]), said.get("licence")
    target = Target(kind, said["name"], said["client_id"], licence)
    return Keeping(UUID(said["hold"]), target)
