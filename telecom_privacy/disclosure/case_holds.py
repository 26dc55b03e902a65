"""The holds that a case needs: one for each number, licence and call that it names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import Any
from uuid import UUID

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.calls.model import StoredCall
from telecom_privacy.disclosure.finding.parties import NamedParties, targets
from telecom_privacy.disclosure.finding.traffic import TrafficSource
from telecom_privacy.disclosure.keeping import Keeping
from telecom_privacy.disclosure.matching import Kind, Target
from telecom_privacy.disclosure.model import Asked, Requisition
from telecom_privacy.holds.model import Hold, StoredHold
from telecom_privacy.holds.placing import NewHold
from telecom_privacy.holds.service import HoldService
from telecom_privacy.http.access import Access

_REVIEW_BEFORE = timedelta(days=7)


class CaseHolds:
    def __init__(
        self,
        holds: HoldService,
        calls: CallFinder,
        parties: NamedParties,
        traffic: TrafficSource,
        zone: tzinfo,
    ) -> None:
        self._holds = holds
        self._calls = calls
        self._parties = parties
        self._traffic = traffic
        self._zone = zone

    def place(self, access: Access, requisition: Requisition, until: datetime) -> list[Keeping]:
        """Return a hold for each target that lasts until then at least.

        Those that an interrupted attempt placed are taken: their time, which began then, is
        extended. May be repeated.
        """
        there = {_of(hold): hold.stored for hold in self._holds.of_requisition(requisition.id)}
        placed = []
        for target, new in self._wanted(requisition, until):
            if stored := there.get(_key(new)):
                self._prolong(access, stored, until)
            else:
                stored = self._holds.place(access, new).stored
            placed.append(Keeping(stored.id, target))
        return placed

    def _prolong(self, access: Access, stored: StoredHold, until: datetime) -> None:
        if stored.lapses_at and stored.lapses_at < until:
            self._holds.extend(access, stored.id, until)

    def _wanted(
        self, requisition: Requisition, until: datetime
    ) -> Iterator[tuple[Target, NewHold]]:
        asked, licences = requisition.asked, self._licences(requisition.asked)
        for target in targets(asked):
            if target.kind is Kind.CALL:
                if call := self._call(target):
                    at, named = call.started_at, {"client_id": target.client_id}
                    yield target, self._hold(requisition, until, named, at, at)
            else:
                new = self._hold(requisition, until, _named(target), asked.start, asked.end)
                yield from ((target, replace(new, licence=one)) for one in licences(target))

    def _licences(self, asked: Asked) -> Callable[[Target], Sequence[UUID | None]]:
        """Return what tells the licences that a target names, also deleted ones.

        None alone for a target that names none: there is one hold for it.
        """
        gone: dict[UUID, Mapping[UUID, str]] = {}

        @cache
        def licences_of(line: Target) -> Sequence[UUID]:
            return [licence for _, licence in self._traffic.licences_named(asked, line, gone)]

        return lambda one: licences_of(one.of_licence) if one.of_licence else [None]

    def _call(self, target: Target) -> StoredCall | None:
        client = self._parties.client(target)
        found = self._calls.named(client, target.name) if client else None
        return found if isinstance(found, StoredCall) else None

    def _hold(
        self,
        requisition: Requisition,
        until: datetime,
        named: Mapping[str, Any],
        start: datetime,
        end: datetime,
    ) -> NewHold:
        details = {
            "case": requisition.order.reference,
            "reason": "requisition",
            "client_id": None,
            "licence_id": None,
            "number": None,
            "secret": True,
            **named,
        }
        review_on: date = (until - _REVIEW_BEFORE).astimezone(self._zone).date()
        return NewHold(details, start, end, review_on, requisition.id, until)


def _named(target: Target) -> dict[str, str | None]:
    """What a hold for a number or a licence names."""
    number = target.name if target.kind is Kind.NUMBER else None
    licence = target.of_licence
    return {
        "number": number,
        "client_id": licence.client_id if licence else None,
        "licence_id": licence.name if licence else None,
    }


def _of(hold: Hold) -> tuple[object, ...]:
    reach = hold.stored.reach
    return _names(hold.details, reach.start, reach.end, reach.licence_id)


def _key(new: NewHold) -> tuple[object, ...]:
    return _names(new.details, new.start, new.end, new.licence)


def _names(
    details: Mapping[str, Any],
    start: datetime | None,
    end: datetime | None,
    licence: UUID | None,
) -> tuple[object, ...]:
    said = (details.get(name) for name in ("number", "client_id", "licence_id"))
    return (*said, start, end, licence)
