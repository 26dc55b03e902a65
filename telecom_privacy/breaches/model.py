"""A breach of personal data, and what was done about it (RULES SEC-2).

As an operator of electronic communications: Regulation (EU) 611/2013 and Loi Informatique et
Libertés article 83. As its clients' processor: GDPR article 33(2) and (3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from telecom_privacy.records.kept_step import NotedStep


class Nature(StrEnum):
    """What was lost (GDPR article 4(12))."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Notice(StrEnum):
    """To whom something is sent, and which of its notices."""

    CNIL_FIRST = "cnil_first"
    CNIL_SECOND = "cnil_second"
    CLIENTS = "clients"
    SUBSCRIBERS = "subscribers"


class Outcome(StrEnum):
    """As what a breach is closed; `no_breach` is a suspicion that was not confirmed."""

    HANDLED = "handled"
    NO_BREACH = "no_breach"


class Step(StrEnum):
    UPDATED = "updated"
    NOTICED = "noticed"
    ANNOUNCED = "announced"
    """The webhooks of the clients that were just noted as told are on their way."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding that decides whether subscribers are to be told, and why it was made."""

    holds: bool
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientNumbers:
    """How many persons and records of one client are concerned, approximately."""

    client: UUID
    subjects_about: int | None = None
    records_about: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a breach; `clients` are those whose data it is, None all of them.

    `measures` are those against it and its effects, `protection` those on the data before,
    `recommended` what whoever is concerned should do. `transfers` tells of persons and authorities
    in other countries. Numbers are approximate; `subjects_about` and `records_about` are of all
    clients together. `as_operator` says whether the operator itself is concerned, or as a
    processor alone.
    """

    detected_at: datetime
    nature: tuple[Nature, ...]
    circumstances: str = field(repr=False)
    clients: tuple[UUID, ...] | None
    categories: tuple[str, ...]
    likely_consequences: str = field(repr=False)
    measures: str = field(repr=False)
    occurred_at: datetime | None = None
    subjects_about: int | None = None
    records_about: int | None = None
    numbers: tuple[ClientNumbers, ...] = ()
    as_operator: Judgement | None = None
    unintelligible: Judgement | None = None
    adverse_effect: Judgement | None = None
    cause: str | None = field(default=None, repr=False)
    protection: str | None = field(default=None, repr=False)
    recommended: str | None = field(default=None, repr=False)
    other_providers: str | None = field(default=None, repr=False)
    transfers: str | None = field(default=None, repr=False)

    def concerns(self, client_id: UUID) -> bool:
        return self.clients is None or client_id in self.clients

    def numbers_of(self, client_id: UUID) -> ClientNumbers:
        """What is known of one client's share: all there is, if it is the only one concerned."""
        if self.clients == (client_id,):
            return ClientNumbers(client_id, self.subjects_about, self.records_about)
        told = (one for one in self.numbers if one.client == client_id)
        return next(told, ClientNumbers(client_id))


@dataclass(frozen=True, slots=True)
class Entry(NotedStep[Step]):
    """What an `updated` says are the facts that changed, by name."""

    def tells(self, client_id: UUID) -> bool:
        """Whether it is a notice to a client, or to all of them."""
        if self.step is not Step.NOTICED or self.said["to"] is not Notice.CLIENTS:
            return False
        told = self.said["clients"]
        return told is None or client_id in told


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach as it was first recorded, and the steps since, from which everything follows."""

    id: UUID
    recorded_at: datetime
    recorded_by: str
    first: Facts
    entries: Sequence[Entry] = ()

    def after(self, entry: Entry) -> "Breach":
        return replace(self, entries=(*self.entries, entry))

    @property
    def facts(self) -> Facts:
        """What is known now."""
        found = self.first
        for entry in self.entries:
            if entry.step is Step.UPDATED:
                found = replace(found, **entry.said)
        return found

    @property
    def closing(self) -> Entry | None:
        return next((one for one in self.entries if one.step is Step.CLOSED), None)

    def notices(self, to: Notice) -> list[Entry]:
        """What was sent, in the order in which it was noted."""
        noticed = (one for one in self.entries if one.step is Step.NOTICED)
        return [one for one in noticed if one.said["to"] is to]

    def told_to(self, client_id: UUID, since: datetime) -> "Breach | None":
        """Return the breach as it stood when a client was last told of it; None: it never was.

        One that is a client only since a later time was not among all that were told.
        """
        steps = enumerate(self.entries, 1)
        told = [n for n, one in steps if one.tells(client_id) and since <= one.noted_at]
        return replace(self, entries=self.entries[: told[-1]]) if told else None

    def first_told(self, client_id: UUID) -> datetime:
        """When a client that was told of it was first told."""
        return min(entry.at for entry in self.entries if entry.tells(client_id))

    @property
    def clients_told_at(self) -> datetime | None:
        """When the last of the clients concerned was first told; None while one was not."""
        sent, clients = self.notices(Notice.CLIENTS), self.facts.clients
        if clients is None:
            return min((one.at for one in sent if one.said["clients"] is None), default=None)
        first = [min((e.at for e in sent if e.tells(one)), default=None) for one in clients]
        told = [at for at in first if at is not None]
        return max(told, default=None) if len(told) == len(first) else None

    @property
    def unannounced(self) -> Mapping[int, Entry]:
        """The notices to clients, by their number, of which webhooks may not have been told yet."""
        found: dict[int, Entry] = {}
        number = 0
        for entry in self.entries:
            if entry.step is Step.ANNOUNCED:
                found.clear()
            elif entry.step is Step.NOTICED and entry.said["to"] is Notice.CLIENTS:
                number += 1
                found[number] = entry
        return found
