"""The client's copies of calls, and their recordings: reached through what is found or named."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any
from uuid import UUID

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.calls.model import StoredCall, StoredRecording, Tombstone
from telecom_privacy.clients.model import Client
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.owners import Owners
from telecom_privacy.disclosure.finding.parties import NamedParties, is_of_side
from telecom_privacy.disclosure.finding.traffic import TrafficSource
from telecom_privacy.disclosure.matching import (
    Found,
    FoundCall,
    FoundRecording,
    Kind,
    Reason,
    Target,
)
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.traffic.model import other_numbers

_ASKED = DataCategory.TRAFFIC
_BATCH = 200
_IDENTITY = DataCategory.IDENTITY

Kept = Collection[object]
"""The ids of what the case keeps of the erased, and the calls named: there is more than a trace."""


class CallSource:
    def __init__(
        self, finder: CallFinder, traffic: TrafficSource, owners: Owners, parties: NamedParties
    ) -> None:
        self._finder = finder
        self._traffic = traffic
        self._owners = owners
        self._parties = parties

    def named(self, judge: Judge, target: Target, kept: Kept) -> Iterator[Found]:
        """Yield the call that an order names, or the trace of it."""
        for client, call, others in self._numbered(judge, target, self._named(judge, target)):
            verdict = client.terms.verdict(Category.CALL, Role.PROCESSOR, call.ended_at)
            yield Found(
                target=target,
                category=DataCategory.TRAFFIC,
                role=Role.PROCESSOR,
                id=call.record_id,
                at=call.started_at,
                item=FoundCall(client, call),
                reason=judge.reason(_ASKED, call.scope, verdict, target, others)
                or _outside(judge, call.started_at),
                due_at=judge.due_at(verdict),
            )
            return
        yield from self._trace(judge, target, kept)

    def why_not_identified(self, judge: Judge, target: Target) -> Reason | None:
        """Why the client of a call that an order names is not given; None: it is.

        It is found by the call, which must be there, in the period, and not protected itself.
        """
        for client, call in self._named(judge, target):
            verdict = client.terms.verdict(Category.CALL, Role.PROCESSOR, call.ended_at)
            reason = judge.reason(_IDENTITY, call.scope, verdict, target)
            return reason or _outside(judge, call.started_at)
        if kept := judge.kept_calls.get(target):
            reason = judge.reason(_IDENTITY, kept.scope, None, target)
            return reason or _outside(judge, kept.started_at)
        return self._why_gone(judge, target)

    def recordings(self, judge: Judge, target: Target, kept: Kept) -> Iterator[Found]:
        """Yield the recordings of the calls that a target leads to."""
        for client, call, others in self._numbered(judge, target, self._calls(judge, target)):
            for recording in call.recordings:
                found = self._recording(judge, target, client, call, recording, others)
                if found.item is not None or found.id not in kept:
                    yield found

    def _numbered(
        self, judge: Judge, target: Target, found: Iterator[tuple[Client, StoredCall]]
    ) -> Iterator[tuple[Client, StoredCall, Sequence[str]]]:
        """Add the other party of calls that are meant, and note whose own its number is.

        Some at a time.
        """
        while batch := list(islice(found, _BATCH)):
            opened = self._opened(batch)
            others = {record_id: other_numbers(call) for record_id, call in opened.items()}
            self._owners.note(judge, chain.from_iterable(others.values()))
            for client, call in batch:
                if is_of_side(target, opened.get(call.record_id)):
                    yield client, call, others.get(call.record_id, ())

    def _opened(
        self, calls: Sequence[tuple[Client, StoredCall]]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        opened: dict[UUID, Mapping[str, Any]] = {}
        for _, group in groupby(calls, key=lambda one: one[0].id):
            pairs = list(group)
            opened |= self._finder.cdrs(pairs[0][0], [call for _, call in pairs])
        return opened

    def _calls(self, judge: Judge, target: Target) -> Iterator[tuple[Client, StoredCall]]:
        if target.kind is Kind.NUMBER:
            yield from self._with_number(judge, target)
        elif target.kind is Kind.LICENCE:
            yield from self._of_licence(judge, target)
        else:
            yield from self._named(judge, target)

    def _with_number(self, judge: Judge, target: Target) -> Iterator[tuple[Client, StoredCall]]:
        asked = judge.order.asked
        for client_id in sorted(self._traffic.clients_of(judge, target)):
            client = self._parties.client_by_id(client_id)
            if client and judge.is_hosted(client):
                found = self._finder.with_number(client, target.name, asked.start, asked.end)
                ours = (one for one in found if self._traffic.is_of(judge, target, one.scope))
                yield from _until_destroyed(client, ours)

    def _of_licence(self, judge: Judge, target: Target) -> Iterator[tuple[Client, StoredCall]]:
        asked = judge.order.asked
        for client, licence_id in self._traffic.licences_of(judge, target):
            if judge.is_hosted(client):
                found = self._finder.of_licence(client, licence_id, asked.start, asked.end)
                yield from _until_destroyed(client, found)

    def _named(self, judge: Judge, target: Target) -> Iterator[tuple[Client, StoredCall]]:
        client = self._parties.client(target)
        if client and judge.is_hosted(client):
            call = self._stored(client, target)
            if isinstance(call, StoredCall):
                yield client, call

    def _trace(self, judge: Judge, target: Target, kept: Kept) -> Iterator[Found]:
        """What tells that there is no such call, or none any more."""
        if target not in kept:
            yield _traced(judge, target, self._why_gone(judge, target))

    def _why_gone(self, judge: Judge, target: Target) -> Reason:
        client = self._parties.client(target)
        if client is None or not judge.is_hosted(client):
            return Reason.UNKNOWN
        gone = isinstance(self._stored(client, target), Tombstone)
        return Reason.ERASED if gone else Reason.UNKNOWN

    def _stored(self, client: Client, target: Target) -> StoredCall | Tombstone | None:
        with suppress(KeyDestroyed):
            return self._finder.named(client, target.name)
        return None

    def _recording(
        self,
        judge: Judge,
        target: Target,
        client: Client,
        call: StoredCall,
        recording: StoredRecording,
        others: Sequence[str],
    ) -> Found:
        verdict = client.terms.verdict(Category.RECORDING, Role.PROCESSOR, call.ended_at)
        with_call = _ASKED in judge.given(call.scope, others)
        found = Found(
            target=target,
            category=DataCategory.CONTENT,
            role=Role.PROCESSOR,
            id=recording.record_id,
            at=call.started_at,
            item=FoundRecording(client, call, recording, with_call),
            due_at=judge.due_at(verdict),
        )
        if not recording.is_live:
            return replace(found, item=None, reason=Reason.ERASED)
        reason = judge.reason(DataCategory.CONTENT, call.scope, verdict, target, others)
        return replace(found, reason=reason or _outside(judge, call.started_at))


def _outside(judge: Judge, at: datetime) -> Reason | None:
    return None if judge.is_in_period(at) else Reason.OUTSIDE_PERIOD


def _until_destroyed(
    client: Client, found: Iterator[StoredCall]
) -> Iterator[tuple[Client, StoredCall]]:
    """Pair calls with their client, as far as its keys are there."""
    try:
        for call in found:
            yield client, call
    except KeyDestroyed:
        return


def _traced(judge: Judge, target: Target, reason: Reason) -> Found:
    at = judge.order.asked.start
    return Found(target, DataCategory.TRAFFIC, Role.PROCESSOR, NO_ID, at, None, reason)
