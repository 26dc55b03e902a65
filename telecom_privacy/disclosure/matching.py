"""What is asked, found and to be given, side by side (RULES LAW-3)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from telecom_privacy.calls.model import StoredCall, StoredRecording
from telecom_privacy.clients.model import Client
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.scope import Role
from telecom_privacy.traffic.model import StoredTraffic


class Kind(StrEnum):
    """By what an order singles out what it asks for."""

    NUMBER = "number"
    LICENCE = "licence"
    CALL = "call"


class Reason(StrEnum):
    """Why something is not given, or was not even looked for."""

    NOT_COVERED = "not_covered_by_basis"
    """The text does not open this category: nothing of it is looked for."""
    PRIVILEGED = "privileged_profession"
    """The text does not open it of this profession, or its condition is not met."""
    PROFESSION_UNKNOWN = "profession_unknown"
    """Whether a profession protects it cannot be known any more."""
    OUTSIDE_PERIOD = "outside_period"
    PAST_TERM = "past_its_term"
    ERASED = "erased"
    """By whom, when and why is nobody's business here."""
    UNKNOWN = "unknown"
    """No client, licence or call has this name."""
    GIVEN_ON_ANOTHER_LINE = "given_on_another_line"
    """Something else that the order names leads to it, too, and there it is given."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that an order names; `client_id` is the external one, None for a number alone.

    `licence` is the external id of the one with which alone a number of a range is asked for.
    """

    kind: Kind
    name: str = field(repr=False)
    client_id: str | None = field(default=None, repr=False)
    licence: str | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        if self.licence:
            return f"{self.name} ({self.client_id}/{self.licence})"
        return f"{self.client_id}/{self.name}" if self.client_id else self.name

    @property
    def of_licence(self) -> "Target | None":
        """The licence that is named, by itself or for a number; None where none is."""
        if self.licence:
            return Target(Kind.LICENCE, self.licence, self.client_id)
        return self if self.kind is Kind.LICENCE else None


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording of a call that is stored; `with_call` where the facts of that are given, too."""

    client: Client
    call: StoredCall
    recording: StoredRecording
    with_call: bool


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A client's own copy of a call."""

    client: Client
    call: StoredCall


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that is stored; `given` is what is given of its licence: that part is shown."""

    client: Client
    record: StoredRecord
    given: frozenset[DataCategory]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who the client of a licence or a call is."""

    client: Client


@dataclass(frozen=True, slots=True)
class Preserved:
    """What a hold of the case keeps of that which was erased; `given` as for a record."""

    hold_id: UUID
    original: Original
    given: frozenset[DataCategory]

    @property
    def tells_call(self) -> bool:
        """Whether it is a recording, and the facts of its call are given, too."""
        is_recording = self.original.category == Category.RECORDING
        return is_recording and DataCategory.TRAFFIC in self.given


Item: TypeAlias = (
    StoredTraffic | FoundCall | FoundRecording | FoundRecord | Subscriber | Preserved | None
)
"""What was found, not opened; None where only a trace of it is left."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that an order asks for. `reason` says why it is not given; None: it is.

    `due_at` is when its term ends, None for what is kept by the case, or for ever. `id` is random.
    `is_again` where another target led to the same before.
    """

    target: Target
    category: DataCategory
    role: Role
    id: UUID
    at: datetime
    item: Item
    reason: Reason | None = None
    due_at: datetime | None = None
    is_again: bool = False

    @property
    def is_given(self) -> bool:
        return self.reason is None


@dataclass(slots=True)
class Line:
    """The counts of one target and category in one role; grows while they are counted.

    `again` is how much of what was found another line told before.
    """

    target: Target
    category: DataCategory
    role: Role
    found: int = 0
    again: int = 0
    given: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    first_due_at: datetime | None = None

    def count(self, one: Found) -> None:
        """Count something found, or the trace of what was."""
        self.found += one.item is not None
        self.again += one.is_again
        self.given += one.is_given
        if one.reason:
            self.reasons[one.reason] += 1
        elif one.due_at and (self.first_due_at is None or one.due_at < self.first_due_at):
            self.first_due_at = one.due_at

    @property
    def is_short(self) -> bool:
        """Whether something that was asked for is refused, or there no more."""
        return bool(self.reasons.keys() - {Reason.GIVEN_ON_ANOTHER_LINE})


@dataclass(frozen=True, slots=True)
class Matches:
    """What an order asks for against what there is.

    In all, what several lines tell counts once.
    """

    lines: tuple[Line, ...]

    @property
    def found(self) -> int:
        return sum(line.found - line.again for line in self.lines)

    @property
    def given(self) -> int:
        return sum(line.given for line in self.lines)

    @property
    def is_partial(self) -> bool:
        return any(line.is_short for line in self.lines)

    @property
    def first_due_at(self) -> datetime | None:
        """When the first of what is to be given is erased."""
        dues = (line.first_due_at for line in self.lines)
        return min((due for due in dues if due), default=None)
