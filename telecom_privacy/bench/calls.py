"""Calls that nobody made: what all sides store and are asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

CALLED = "+33199001001"
"""Reserved for fiction, as are all callers' numbers."""

MOST_NUMBERS = 10_000
_WORDS = [
    "asks",
    "for",
    "the",
    "invoice",
    "of",
    "last",
    "month",
    "and",
    "wants",
    "to",
    "be",
    "called",
    "back",
    "before",
    "noon",
]
_NOTE_PARTS = 8
_TAGS = ("sales", "support", "billing", "urgent", "follow-up")


@dataclass(frozen=True, slots=True)
class InventedCall:
    """A call as a platform hands it in; `number` is the other party's, in E.164."""

    id: str
    licence: str
    number: str
    started_at: datetime
    seconds: int
    note: str
    tags: tuple[str, ...]
    consent: str = "given"

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(seconds=self.seconds)

    @property
    def seen(self) -> "Seen":
        return Seen(self.id, self.number, self.note, self.tags)

    def changed(self, note: str, tags: tuple[str, ...]) -> "InventedCall":
        return replace(self, note=note, tags=tags)

    def content(self) -> Mapping[str, Any]:
        """The body as the schema of `PUT .../calls/{id}` loads it."""
        return {
            "licence_id": self.licence,
            "direction": "in",
            "from": self.number,
            "to": CALLED,
            "started_at": self.started_at,
            "answered_at": self.started_at + timedelta(seconds=1),
            "ended_at": self.ended_at,
            "disposition": "ANSWERED",
            "recording_consent": self.consent,
            "caller_name": None,
            "note": self.note,
            "route": "main line",
            "tags": list(self.tags),
        }

    def body(self) -> dict[str, Any]:
        """The same as JSON carries it."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in self.content().items()
        }


@dataclass(frozen=True, slots=True)
class Seen:
    """What is compared of a call that was read."""

    id: str
    number: str
    note: str
    tags: tuple[str, ...]


def seen(call: Mapping[str, Any]) -> Seen:
    """What is compared of a call as clients read it."""
    return Seen(call["id"], call["from"], call["note"], tuple(call["tags"]))


def number_of(subject: int) -> str:
    """A number reserved for fiction; there are `MOST_NUMBERS` of them."""
    return f"+3363998{subject:04}"


def licence_of(subject: int, licences: int) -> str:
    """The licence under which all calls of a subject are."""
    return f"licence-{subject % licences}"


def invent(
    call_id: str, subject: int, licences: int, started_at: datetime, chance: Random
) -> InventedCall:
    """A call of a subject at a time."""
    return InventedCall(
        id=call_id,
        licence=licence_of(subject, licences),
        number=number_of(subject),
        started_at=started_at,
        seconds=chance.randint(10, 400),
        note=a_note(chance),
        tags=some_tags(chance),
    )


def a_note(chance: Random) -> str:
    return " ".join(chance.choices(_WORDS, k=_NOTE_PARTS))


def some_tags(chance: Random) -> tuple[str, ...]:
    return tuple(chance.sample(_TAGS, 2))


def spread(count: int, until: datetime, days: int) -> Sequence[datetime]:
    """So many different whole milliseconds, evenly over the days before a time, oldest first."""
    step = timedelta(days=days) / count
    times = (until - step * (count - place) for place in range(count))
    return [at.replace(microsecond=at.microsecond // 1000 * 1000) for at in times]
