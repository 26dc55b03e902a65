"""Recipients and sub-processors, dated, and the ground of each transfer (RULES SEC-3, SEC-4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

_CHANGES = UUID("7d9f2f0c-3a54-4c8e-9d0b-6f3f0f1c7a52")
"""The space of the ids of changes: they are the same at every start."""

_EEA = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"  # EU
    " IS LI NO"
)
EEA = frozenset(_EEA.split())
"""ISO 3166-1 codes of the European Economic Area: no transfer in the sense of GDPR chapter V."""


class Kind(StrEnum):
    """`sub-processor`: works for the operator on clients' data (GDPR article 28(2))."""

    SUB_PROCESSOR = "sub-processor"
    RECIPIENT = "recipient"


class Safeguard(StrEnum):
    """On what a transfer rests (GDPR articles 45, 46, 47 and 49)."""

    NONE_NEEDED = "none-needed"
    ADEQUACY = "adequacy"
    STANDARD_CLAUSES = "standard-contractual-clauses"
    BINDING_RULES = "binding-corporate-rules"
    EXPLICIT_CONSENT = "explicit-consent"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An entry of the list. `until` is its last day; `ground` names decision, contract or consent.

    `categories` are those of data that it receives.
    """

    name: str
    kind: Kind
    service: str
    purpose: str
    categories: tuple[str, ...]
    country: str
    since: date
    until: date | None = None
    safeguard: Safeguard = Safeguard.NONE_NEEDED
    ground: str | None = None

    def is_one_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Direction(StrEnum):
    ADDED = "added"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Change:
    """That a recipient is added, or has ended, from a day on."""

    effective_on: date
    direction: Direction
    recipient: Recipient

    @property
    def id(self) -> UUID:
        """Another one for an entry that says anything else."""
        one = self.recipient
        said = (self.direction, self.effective_on, one.name, one.kind, one.service, one.purpose)
        terms = (*sorted(one.categories), one.country, one.safeguard, one.ground)
        return uuid5(_CHANGES, "\n".join(map(str, (*said, *terms))))


def changes_of(recipients: Iterable[Recipient]) -> list[Change]:
    """All changes that a list tells of, in the order of their days."""
    found = [change for one in recipients for change in _changes(one)]
    return sorted(found, key=lambda change: (change.effective_on, change.recipient.name))


def _changes(recipient: Recipient) -> Iterator[Change]:
    yield Change(recipient.since, Direction.ADDED, recipient)
    if recipient.until:
        yield Change(recipient.until + timedelta(days=1), Direction.ENDED, recipient)
