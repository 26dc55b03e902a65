"""Records about a number, and who the client of a licence or a call is."""

from collections.abc import Iterator
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.disclosure.categories import ANSWERING, Records
from telecom_privacy.disclosure.finding.calls import CallSource
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.parties import NamedParties
from telecom_privacy.disclosure.finding.traffic import TrafficSource
from telecom_privacy.disclosure.matching import (
    Found,
    FoundRecord,
    Kind,
    Reason,
    Subscriber,
    Target,
)
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.records.about import RecordsAbout
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.scope import NO_ID, Role

_IDENTITY = DataCategory.IDENTITY
_NOT_THERE = {Reason.UNKNOWN, Reason.ERASED}


class RecordSource:
    def __init__(
        self,
        about: RecordsAbout,
        traffic: TrafficSource,
        calls: CallSource,
        parties: NamedParties,
    ) -> None:
        self._about = about
        self._traffic = traffic
        self._calls = calls
        self._parties = parties

    def each(self, judge: Judge, target: Target, category: DataCategory) -> Iterator[Found]:
        """Yield the records that answer a category, for what an order names."""
        if target.kind is Kind.NUMBER:
            for kind in ANSWERING[category]:
                yield from self._of_kind(judge, target, category, kind)
        elif category is DataCategory.IDENTITY:
            yield from self._subscriber(judge, target)

    def _of_kind(
        self, judge: Judge, target: Target, category: DataCategory, kind: Records
    ) -> Iterator[Found]:
        """What is a client's own is looked for at those clients alone whose traffic was found.

        Of a number with a licence, that alone which is of this licence or of none.
        """
        reached: list[UUID | None] = [None]
        if kind.role is Role.PROCESSOR or target.licence:
            reached = [*sorted(self._traffic.clients_of(judge, target))]
        for client_id in reached:
            found = self._about.stored(target.name, kind.role, kind.categories, client_id)
            for client, record in found:
                scope = record.scope
                if scope.licence_id != NO_ID and not self._traffic.is_of(judge, target, scope):
                    continue
                yield self._found(judge, target, category, kind, client, record)

    def _found(
        self,
        judge: Judge,
        target: Target,
        category: DataCategory,
        kind: Records,
        client: Client,
        record: StoredRecord,
    ) -> Found:
        verdict = self._about.verdict(client, record)
        outside = kind.is_of_period and not judge.is_in_period(record.occurred_at)
        reason = judge.reason(category, record.scope, verdict, target, [target.name])
        return Found(
            target=target,
            category=category,
            role=kind.role,
            id=record.record_id,
            at=record.occurred_at,
            item=FoundRecord(client, record, judge.given(record.scope, [target.name])),
            reason=reason or (Reason.OUTSIDE_PERIOD if outside else None),
            due_at=judge.due_at(verdict),
        )

    def _subscriber(self, judge: Judge, target: Target) -> Iterator[Found]:
        """The client, if the licence or call is there: whose it is, is what it alone opens."""
        client, reason = self._parties.client(target), self._why_not(judge, target)
        if client is None or reason in _NOT_THERE:
            if target.kind is Kind.CALL:  # of a licence its line says so
                yield _trace(judge, target, reason or Reason.UNKNOWN)
            return
        role = Role.CONTROLLER
        verdict = client.terms.verdict(Category.CLIENT, role, client.created_at)
        yield Found(
            target=target,
            category=_IDENTITY,
            role=role,
            id=client.id,
            at=client.created_at,
            item=Subscriber(client),
            reason=reason or judge.reason(_IDENTITY, client.scope(role), verdict, target),
            due_at=judge.due_at(verdict),
        )

    def _why_not(self, judge: Judge, target: Target) -> Reason | None:
        """Why a licence or call does not tell its client; None: it may."""
        if target.kind is Kind.CALL:
            return self._calls.why_not_identified(judge, target)
        licences = self._traffic.licences_of(judge, target)
        if not licences:
            return Reason.UNKNOWN
        scopes = (client.scope(Role.PROCESSOR, licence) for client, licence in licences)
        reasons = (judge.reason(_IDENTITY, scope, None, target) for scope in scopes)
        return next((one for one in reasons if one), None)


def _trace(judge: Judge, target: Target, reason: Reason) -> Found:
    at = judge.order.asked.start
    return Found(target, _IDENTITY, Role.CONTROLLER, NO_ID, at, None, reason)
