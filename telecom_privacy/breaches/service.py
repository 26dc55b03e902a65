"""What the DPO notes of a breach, from its detection to its closing (RULES SEC-2)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.breaches.clocks import OWN_DUTIES, duties, next_due
from telecom_privacy.breaches.model import (
    Breach,
    ClientNumbers,
    Entry,
    Facts,
    Notice,
    Outcome,
    Step,
)
from telecom_privacy.breaches.register import BreachRegister
from telecom_privacy.breaches.telling import BreachTelling
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.records.intake import require_not_in_future
from telecom_privacy.storage.paging import Position, cut, page_least_first

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_MOMENTS = ("detected_at", "occurred_at")

Values = Mapping[str, Any]
"""Facts by name, as `Facts` has them, but clients by the ids that they go by."""


class BreachService:
    """Every method of one breach raises `NotFound`, and `Gone` for what is past its term; those
    that take a step `Conflict` once it is closed and `Invalid` for its time."""

    def __init__(
        self,
        register: BreachRegister,
        telling: BreachTelling,
        clients: ClientService,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._register = register
        self._telling = telling
        self._clients = clients
        self._changes = changes
        self._clock = clock

    def record(self, access: Access, values: Values) -> Breach:
        """Enter a breach, or a suspicion. Raises `NotFound` for an unknown client."""
        first = Facts(**self._facts(access, values))
        _require_in_order(first)
        _require_consistent(first)
        breach = Breach(uuid4(), self._clock.now(), access.actor, first)
        self._register.insert(access, breach)
        return breach

    def read(self, access: Access, breach_id: UUID) -> Breach:
        """Open a breach, and log it."""
        breach = self._register.read(breach_id)
        self._log("breach.read", access, {"breach": str(breach_id)})
        return breach

    def urgent(
        self, access: Access, after: Position | None, limit: int
    ) -> tuple[list[Breach], Position | None]:
        """Return a page of those that are open, with what is due first before the others."""
        page, more = page_least_first(self._each_open(), self._urgency, after, limit)
        self._log("breaches.listed", access, {"count": len(page)})
        return page, more

    def closed(
        self, access: Access, after: Position | None, limit: int
    ) -> tuple[list[Breach], Position | None]:
        """Return a page of those that are closed, detected last first, and where it ended."""
        found = list(islice(self._register.each(after, is_open=False), limit + 1))
        page, more = cut(found, limit, lambda placed: placed[0])
        self._log("breaches.listed", access, {"count": len(page)})
        return [breach for _, breach in page], more

    def update(self, access: Access, breach_id: UUID, values: Values) -> Breach:
        """Note what is known now; what was known before stays on the register."""
        changes = self._facts(access, values)

        def say(breach: Breach) -> Values | None:
            known = breach.facts
            changed = {name: new for name, new in changes.items() if new != getattr(known, name)}
            if not changed:
                return None
            sent = (one.at for one in breach.entries if one.step is Step.NOTICED)
            _require_in_order(replace(known, **changed), *sent)
            _require_consistent(replace(known, **changed))
            return changed

        return self._note(access, breach_id, Step.UPDATED, None, say)

    def note_sent(
        self, access: Access, breach_id: UUID, to: Notice, sent_at: datetime, said: Values
    ) -> Breach:
        """Note that a notice was sent; tell the webhooks of clients that it was sent to.

        Raises `Conflict` for a second notice to the CNIL before the first, or another first one.
        """
        require_not_in_future(self._clock, "sent_at", sent_at)
        names = said.get("clients")
        told = tuple(self._client(access, name).id for name in names) if names else None

        def say(breach: Breach) -> Values:
            if sent_at < breach.facts.detected_at:
                raise Invalid({"sent_at": ["Lies before the detection."]})
            if to is Notice.CLIENTS:
                return {**said, "to": to, "clients": _concerned(breach, told)}
            _require_sequence(breach, to)
            return {**said, "to": to}

        breach = self._note(access, breach_id, Step.NOTICED, sent_at, say)
        return self._telling.finish(breach)

    def close(self, access: Access, breach_id: UUID, outcome: Outcome, summary: str) -> Breach:
        """Close a breach. Raises `Conflict` while somebody is still to be told of it."""
        self._telling.finish(self._register.read(breach_id))

        def say(breach: Breach) -> Values:
            clocks = duties(breach, self._clock.now())
            missing = [name.value for name in OWN_DUTIES if clocks[name].is_open]
            if missing and outcome is Outcome.HANDLED:
                raise Conflict(f"still to be sent: {', '.join(missing)}")
            return {"outcome": outcome, "summary": summary}

        return self._note(access, breach_id, Step.CLOSED, None, say)

    def told_to(self, client: Client) -> list[Breach]:
        """Return the breaches that a client was told of, as they then stood; latest first."""
        told = (breach.told_to(client.id, client.created_at) for _, breach in self._register.each())
        return [breach for breach in told if breach]

    def show_told(self, access: Access, client: Client) -> list[Breach]:
        """As `told_to`, for the client itself, and logged.

        Raises `Forbidden` for a key that is limited to some licences: a breach is no licence's.
        """
        access.require_whole_client()
        found = self.told_to(client)
        self._changes.append("breaches.listed", access, client.id, {"count": len(found)})
        return found

    def _note(
        self,
        access: Access,
        breach_id: UUID,
        step: Step,
        at: datetime | None,
        say: Callable[[Breach], Values | None],
    ) -> Breach:
        now = self._clock.now()

        def taken(breach: Breach) -> Breach:
            said = say(breach)
            if said is None:
                return breach
            return breach.after(Entry(step, at or now, now, access.actor, said))

        return self._register.note(access, breach_id, step, taken)

    def _facts(self, access: Access, values: Values) -> dict[str, Any]:
        for name in _MOMENTS:
            if values.get(name):
                require_not_in_future(self._clock, name, values[name])
        found = dict(values)
        if values.get("clients") is not None:
            found["clients"] = tuple(self._client(access, name).id for name in values["clients"])
        if "numbers" in values:
            found["numbers"] = tuple(self._numbers(access, one) for one in values["numbers"])
        return found

    def _numbers(self, access: Access, told: Values) -> ClientNumbers:
        return ClientNumbers(**{**told, "client": self._client(access, told["client"]).id})

    def _client(self, access: Access, name: str) -> Client:
        client = self._clients.reach_for_records(access, name)
        client.require_customer()
        return client

    def _urgency(self, breach: Breach) -> Position:
        clocks = duties(breach, self._clock.now())
        return Position(next_due(clocks.values()) or _NEVER, breach.id.bytes)

    def _each_open(self) -> Iterator[Breach]:
        return (breach for _, breach in self._register.each(is_open=True))

    def _log(self, action: str, access: Access, details: Mapping[str, Any]) -> None:
        self._changes.append(action, access, self._clients.operator().id, details)


def _require_consistent(facts: Facts) -> None:
    """Raise `Invalid` for numbers of a client that is not concerned, or told twice."""
    told = [one.client for one in facts.numbers]
    if len(set(told)) < len(told):
        raise Invalid({"numbers": ["Names a client twice."]})
    if facts.clients is not None and not set(told) <= set(facts.clients):
        raise Invalid({"numbers": ["The breach does not concern all of these."]})


def _require_in_order(facts: Facts, *sent: datetime) -> None:
    """Raise `Invalid` for an incident after its detection, or a detection after a notice of it."""
    if facts.occurred_at and facts.occurred_at > facts.detected_at:
        raise Invalid({"occurred_at": ["Lies after the detection."]})
    if sent and facts.detected_at > min(sent):
        raise Invalid({"detected_at": ["Lies after a notice that was sent."]})


def _require_sequence(breach: Breach, to: Notice) -> None:
    is_first_sent = bool(breach.notices(Notice.CNIL_FIRST))
    if to is Notice.CNIL_FIRST and is_first_sent:
        raise Conflict("the first notice was sent already")
    if to is Notice.CNIL_SECOND and not is_first_sent:
        raise Conflict("no first notice was sent yet")


def _concerned(breach: Breach, told: tuple[UUID, ...] | None) -> tuple[UUID, ...] | None:
    """Those of a notice; all whom the breach concerns if none is named, None for every client."""
    concerned = breach.facts.clients
    if concerned == ():
        raise Conflict("this breach concerns no client")
    if told is None or concerned is None:
        return concerned if told is None else told
    if not set(told) <= set(concerned):
        raise Invalid({"clients": ["The breach does not concern all of these."]})
    return told
