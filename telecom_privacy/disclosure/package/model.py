"""What is handed over, as the package is made of it.

Texts come from requisitions, platforms and clients: they may hold anything. Times are aware.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from telecom_privacy.archive.assembly import Pieces
from telecom_privacy.audit.model import Inclusion
from telecom_privacy.legal_bases.model import DataCategory

_MOST_REMEMBERED = 200

Given = TypeVar("Given")


class Origin(StrEnum):
    """As what the operator has it: one call has a copy of each kind (RULES ROLE-3)."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Operator:
    """Who hands over; `country` is a code of ISO 3166-1 of two letters."""

    name: str
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who asked."""

    kind: str
    name: str = field(repr=False)
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed the order."""

    rank: str
    name: str = field(repr=False)
    service: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BasisCited:
    """The legal basis: its id in `legal_bases.toml`, its title, and the text of law cited."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderScan:
    """The scan of the order: `sha256` in hexadecimal digits."""

    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: numbers in E.164, licences and calls as the order names them.

    `zone` is the time zone in which the order says the period.
    """

    numbers: tuple[str, ...] = field(repr=False)
    licences: tuple[str, ...] = field(repr=False)
    call_ids: tuple[str, ...] = field(repr=False)
    start: datetime
    end: datetime
    zone: ZoneInfo
    categories: tuple[DataCategory, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of what was asked, found and given; `reason`, in French, says why they differ."""

    what: str = field(repr=False)
    asked: str = field(repr=False)
    found: int
    given: int
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DisclosedCall:
    """A call. `caller` and `called` are E.164, a short code, or None where withheld.

    `licence` and `client` are what they are known by outside.
    """

    reference: str = field(repr=False)
    caller: str | None = field(repr=False)
    called: str | None = field(repr=False)
    direction: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    disposition: str
    origin: Origin
    route: str | None = field(default=None, repr=False)
    licence: str | None = field(default=None, repr=False)
    client: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DisclosedRecord:
    """A record that is no call, such as an identity or a bill; `data` is JSON.

    Of correspondence whose content alone is given, `occurred_at` is not told.
    """

    reference: str = field(repr=False)
    category: str
    occurred_at: datetime | None
    data: Mapping[str, Any] = field(repr=False)
    origin: Origin
    subject: str | None = field(default=None, repr=False)
    client: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DisclosedRecording:
    """Audio or another file. `reference` names the call or record it belongs to.

    `path` is relative to the payload and made of random ids: `recordings/<id>.wav`. `length`
    is in bytes, `sha256` in hexadecimal digits. `pieces` reads it: each call from its beginning.
    """

    reference: str = field(repr=False)
    path: str
    media_type: str
    length: int
    sha256: str
    crc32: int
    pieces: Pieces = field(repr=False)
    client: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LogProof:
    """That an entry about this case is in the audit log.

    `about` says in French what the entry tells of, `statement` (RFC 8785) what it says itself, to
    which `leaf`, its exact bytes, commits with `salt`. `checkpoint` is the signed note of the tree
    that `inclusion` leads to.
    """

    about: str
    statement: bytes
    salt: bytes
    leaf: bytes
    inclusion: Inclusion
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """All that goes into one package.

    `calls`, `records` and `recordings` yield the same in the same order each time: they are asked
    about a dozen times to measure the package, and again to read it; what changes in between breaks
    it off. Case and time of preparation give messages and objects their names, so the same delivery
    gives the same files.
    """

    case_id: UUID
    reference: str = field(repr=False)
    basis: BasisCited
    authority: Authority
    person: Person
    asked: Asked
    prepared_at: datetime
    operator: Operator
    differences: tuple[Difference, ...]
    calls: Callable[[], Iterable[DisclosedCall]] = field(default=tuple, repr=False)
    records: Callable[[], Iterable[DisclosedRecord]] = field(default=tuple, repr=False)
    recordings: Callable[[], Iterable[DisclosedRecording]] = field(default=tuple, repr=False)
    proofs: tuple[LogProof, ...] = ()
    order: OrderScan | None = None

    @property
    def gives(self) -> bool:
        """Whether anything is handed over; "nothing found" is an answer, too."""
        return any(map(_has_any, (self.calls, self.records, self.recordings)))

    @property
    def has_records(self) -> bool:
        return _has_any(self.records)

    def remembered(self) -> "Delivery":
        """The same to be asked often at one moment: what is not much is looked for once."""
        return replace(
            self,
            calls=_Remembered(self.calls),
            records=_Remembered(self.records),
            recordings=_Remembered(self.recordings),
        )


class _Remembered(Generic[Given]):
    """What something gives, kept from the first time that it was gone through to its end."""

    def __init__(self, given: Callable[[], Iterable[Given]]) -> None:
        self._given = given
        self._known: tuple[Given, ...] | None = None

    def __call__(self) -> Iterator[Given]:
        return self._looked_for() if self._known is None else iter(self._known)

    def _looked_for(self) -> Iterator[Given]:
        known: list[Given] = []
        for one in self._given():
            if len(known) <= _MOST_REMEMBERED:
                known.append(one)
            yield one
        if len(known) <= _MOST_REMEMBERED:
            self._known = tuple(known)


def _has_any(given: Callable[[], Iterable[object]]) -> bool:
    return next(iter(given()), None) is not None
