"""A requisition: what was ordered, and what was done about it (RULES §5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from telecom_privacy.disclosure.steps import (
    CLOSING,
    TRANSITIONS,
    CheckName,
    CheckOutcome,
    State,
    Step,
)
from telecom_privacy.legal_bases.model import (
    AuthorisationKind,
    AuthorityKind,
    BasisKind,
    DataCategory,
)
from telecom_privacy.records.kept_step import NotedStep


@dataclass(frozen=True, slots=True)
class Authority:
    kind: AuthorityKind
    name: str = field(repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed the order. `rank` is a word of the legal bases (`opj`), `identifier` the number
    under which the service knows the person."""

    name: str = field(repr=False)
    rank: str
    service: str = field(repr=False)
    identifier: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What the order says allowed it."""

    kind: AuthorisationKind
    reference: str = field(repr=False)
    date: date


@dataclass(frozen=True, slots=True)
class EnforcingAuthority:
    """Whether an authority of the State of the data was notified of a European order, and when it
    confirmed that it will not refuse; or why it was not notified (article 8(2))."""

    notified_at: datetime | None = None
    confirmed_at: datetime | None = None
    not_notified_because: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OfClient:
    """A licence or a call as the order names it: by the client's id and by its own."""

    client_id: str = field(repr=False)
    id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Consecutive numbers of one licence, both ends included: E.164 of the same length."""

    first: str = field(repr=False)
    last: str = field(repr=False)
    licence: OfClient

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(f"+{number}" for number in range(int(self.first), int(self.last) + 1))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: numbers in E.164, licences and calls by name, and a period.

    A number alone is asked for wherever it is, one of `ranges` with its licence only. `start` and
    `end` (aware, UTC) bound the start of a call, both included; `zone` is the name of the time zone
    in which the order says them.
    """

    numbers: tuple[str, ...] = field(repr=False)
    licences: tuple[OfClient, ...] = field(repr=False)
    calls: tuple[OfClient, ...] = field(repr=False)
    start: datetime
    end: datetime
    zone: str
    categories: frozenset[DataCategory]
    ranges: tuple[NumberRange, ...] = ()

    @property
    def every_number(self) -> tuple[str, ...]:
        return (*self.numbers, *(number for one in self.ranges for number in one.numbers))


@dataclass(frozen=True, slots=True)
class Order:
    """What the paper says, and how it came.

    `basis` is the id of a legal basis, or an alias that it has. `case` is the case of article
    60-1-2, or of another condition of the basis, that is claimed. `no_channel_reason` says why it
    did not come by the channel of its basis. Times are UTC; `cost_claim` is free text for the
    invoice; `scan_sha256` (hex) announces the scan of the paper; `recipient` is the fingerprint of
    the key that the answer is encrypted to.
    """

    reference: str = field(repr=False)
    authority: Authority
    person: Person
    basis: str
    asked: Asked
    received_at: datetime
    channel: str
    client_not_informed_because: str = field(repr=False)
    procedure: str | None = field(default=None, repr=False)
    magistrate: str | None = field(default=None, repr=False)
    offence: str | None = field(default=None, repr=False)
    maximum_penalty_months: int | None = None
    case: int | None = None
    authorisations: tuple[Authorisation, ...] = ()
    no_channel_reason: str | None = field(default=None, repr=False)
    recorded_late_because: str | None = field(default=None, repr=False)
    enforcing_authority: EnforcingAuthority | None = None
    urgent: bool = False
    cost_claim: str | None = field(default=None, repr=False)
    scan_sha256: str | None = None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Entry(NotedStep[Step]):
    """A step of a case."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check that was made; `number` counts all of the case from 1, its evidence goes by it."""

    number: int
    name: CheckName
    outcome: CheckOutcome
    entry: Entry


@dataclass(frozen=True, slots=True)
class Requisition:
    """A case: the order as it stands and the steps taken, from which everything else follows.

    The first step is `recorded`. `kind` is that of its basis.
    """

    id: UUID
    kind: BasisKind
    order: Order
    entries: Sequence[Entry]

    def after(self, *entries: Entry) -> "Requisition":
        return replace(self, entries=(*self.entries, *entries))

    def corrected(self, order: Order, entry: Entry) -> "Requisition":
        return replace(self.after(entry), order=order)

    @property
    def asked(self) -> Asked:
        return self.order.asked

    @property
    def recorded(self) -> Entry:
        return self.entries[0]

    @property
    def state(self) -> State:
        found = State.AWAITING_APPROVAL
        for entry in self.entries[1:]:
            found = TRANSITIONS[self.kind][entry.step][found]
        return found

    @property
    def closing(self) -> Entry | None:
        """What closed the case; nothing follows it."""
        return self.entries[-1] if self.entries[-1].step in CLOSING else None

    @property
    def is_confirmed(self) -> bool:
        """Whether an authority that was notified said that it will not refuse."""
        told = self.order.enforcing_authority
        return bool((told and told.confirmed_at) or self.last(Step.CONFIRMED))

    @property
    def answered(self) -> Entry | None:
        """What met the deadline: the answer left, be it that nothing was found; or data is kept."""
        is_kept = self.kind is BasisKind.PRESERVATION
        return self.last(Step.PRESERVED if is_kept else Step.HANDED_OVER)

    @property
    def checks(self) -> list[Check]:
        """All checks, those too that a later one or a correction made void."""
        return [
            Check(number, CheckName(said["check"]), CheckOutcome(said["outcome"]), entry)
            for number, entry in enumerate(self.all(Step.CHECKED), start=1)
            for said in (entry.said,)
        ]

    def last(self, step: Step) -> Entry | None:
        return next(reversed(self.all(step)), None)

    def all(self, step: Step) -> list[Entry]:
        return [entry for entry in self.entries if entry.step is step]
