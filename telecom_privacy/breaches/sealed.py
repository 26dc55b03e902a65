"""A breach as it is sealed in its record (docs/formats.md)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from telecom_privacy.breaches.model import (
    Breach,
    ClientNumbers,
    Entry,
    Facts,
    Judgement,
    Nature,
    Notice,
    Outcome,
    Step,
)
from telecom_privacy.clock import to_text
from telecom_privacy.records.model import KEPT, Record

_Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_MOMENT: _Codec = (to_text, datetime.fromisoformat)


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]


def _uuids(texts: Iterable[str]) -> tuple[UUID, ...]:
    return tuple(map(UUID, texts))


def _numbers_json(numbers: Iterable[ClientNumbers]) -> list[dict[str, Any]]:
    return [{**asdict(one), "client": str(one.client)} for one in numbers]


def _numbers_from(sealed: Iterable[Mapping[str, Any]]) -> tuple[ClientNumbers, ...]:
    return tuple(ClientNumbers(**{**one, "client": UUID(one["client"])}) for one in sealed)


_CODECS: Mapping[str, _Codec] = {
    "detected_at": _MOMENT,
    "occurred_at": _MOMENT,
    "nature": (_texts, lambda found: tuple(map(Nature, found))),
    "clients": (_texts, _uuids),
    "categories": (_texts, tuple),
    "numbers": (_numbers_json, _numbers_from),
    "as_operator": (asdict, lambda found: Judgement(**found)),
    "unintelligible": (asdict, lambda found: Judgement(**found)),
    "adverse_effect": (asdict, lambda found: Judgement(**found)),
    "to": (str, Notice),
    "outcome": (str, Outcome),
}
"""How what is neither a text nor a number is written and read."""


def file_of(breach: Breach) -> dict[str, Any]:
    """All of a breach but what the record itself says: its id."""
    first = {name: getattr(breach.first, name) for name in Facts.__dataclass_fields__}
    return {
        "recorded_at": to_text(breach.recorded_at),
        "recorded_by": breach.recorded_by,
        "facts": _written(first),
        "entries": [_entry_json(entry) for entry in breach.entries],
    }


def data_of(breach: Breach, zone: tzinfo) -> dict[str, str]:
    """What the policies' category takes: that and when there was a breach (RET-32)."""
    found, closing = breach.facts, breach.closing
    data = {
        "detected_on": _day(found.detected_at, zone),
        "nature": ", ".join(found.nature),
    }
    if closing:
        data |= {"closed_on": _day(closing.at, zone), "outcome": closing.said["outcome"].value}
    return data


def breach_from(record: Record) -> Breach:
    file = record.sealed[KEPT]
    return Breach(
        id=UUID(record.sealed["id"]),
        recorded_at=datetime.fromisoformat(file["recorded_at"]),
        recorded_by=file["recorded_by"],
        first=Facts(**_read(file["facts"])),
        entries=tuple(map(_entry_from, file["entries"])),
    )


def _entry_json(entry: Entry) -> dict[str, Any]:
    at = {"at": to_text(entry.at), "noted_at": to_text(entry.noted_at)}
    return {"step": entry.step.value, **at, "actor": entry.actor, "said": _written(entry.said)}


def _entry_from(sealed: Mapping[str, Any]) -> Entry:
    at, noted_at = (datetime.fromisoformat(sealed[name]) for name in ("at", "noted_at"))
    return Entry(Step(sealed["step"]), at, noted_at, sealed["actor"], _read(sealed["said"]))


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _coded(name, value, 0) for name, value in values.items()}


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _coded(name, value, 1) for name, value in values.items()}


def _coded(name: str, value: Any, way: int) -> Any:
    codec = _CODECS.get(name)
    return codec[way](value) if codec and value is not None else value


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat()
