"""What is counted of requests of authorities, and what of it may be shown.

A count names no person, client, number, licence, case or day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias
from uuid import UUID


class Outcome(StrEnum):
    """How a request ended."""

    GRANTED = "granted"
    """All that was asked for was handed over, or kept where the text orders preservation."""
    PARTLY = "partly"
    REFUSED = "refused"
    NOTHING_FOUND = "nothing_found"
    """Or nothing that may be given."""
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    """Not answered when the report was made."""


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Requests that are counted together: the kind of authority and the id of the text."""

    authority: str
    basis: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A case that has not ended: which one, and under what random id it will be counted.

    What it is about is read from the case alone.
    """

    case_id: UUID
    tally_id: UUID
    year: int
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts of one request, until the report of its year is made; it names no case.

    `group` is None for a request that is never counted. `accounts` are the numbers, licences and
    calls that it names.
    """

    id: UUID
    year: int
    group: Group | None
    outcome: Outcome
    accounts: int


@dataclass(slots=True)
class Count:
    """How many requests of a group there were, by outcome."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    accounts: int = 0

    @property
    def received(self) -> int:
        return sum(self.outcomes.values())


FEW: Literal["<5"] = "<5"
Shown: TypeAlias = int | Literal["<5"] | None
"""A number as anybody sees it; `FEW` is 1 to 4, None is withheld: another would follow from it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A group of a published report; `text` is the citation as it was when that was made."""

    group: Group
    text: str
    received: Shown
    accounts: Shown
    outcomes: Mapping[Outcome, Shown]


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of a year as published; it never changes."""

    year: int
    published_on: date
    received: Shown
    lines: tuple[Line, ...]


def counted(tallies: Iterable[Tally]) -> dict[Group, Count]:
    """Add up what is counted, by group, in order."""
    found: dict[Group, Count] = {}
    for tally in tallies:
        if tally.group:
            count = found.setdefault(tally.group, Count())
            count.outcomes[tally.outcome] += 1
            count.accounts += tally.accounts
    return dict(sorted(found.items()))
