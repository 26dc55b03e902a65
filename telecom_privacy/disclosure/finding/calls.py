"""The client's copies of calls, and their recordings: reached through what is found or named."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.calls.model import StoredCall, StoredRecording, Tombstone
from telecom_privacy.clients.model import Client
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.parties import NamedParties
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

_ASKED = DataCategory.TRAFFIC

Kept = Collection[object]
"""The ids of what the case keeps of the erased, and the calls named: there is more than a trace."""


class CallSource:
    def __init__(self, finder: CallFinder, traffic: TrafficSource, parties: NamedParties) -> None:
        self._finder = finder
        self._traffic = traffic
        self._parties = parties

    def named(self, judge: Judge, target: Target, kept: Kept) -> Iterator[Found]:
        """Yield the call that an order names, or the trace of it."""
        for client, call in self._named(judge, target):
            verdict = client.terms.verdict(Category.CALL, Role.PROCESSOR, call.ended_at)
            yield Found(
                target=target,
                category=DataCategory.TRAFFIC,
                role=Role.PROCESSOR,
                id=call.record_id,
                at=call.started_at,
                item=FoundCall(client, call),
                reason=judge.reason(_ASKED, call.scope, verdict, target) or _outside(judge, call),
                due_at=judge.due_at(verdict),
            )
            return
        yield from self._trace(judge, target, kept)

    def recordings(self, judge: Judge, target: Target, kept: Kept) -> Iterator[Found]:
        """Yield the recordings of the calls that a target leads to."""
        for client, call in self._calls(judge, target):
            for recording in call.recordings:
                found = self._recording(judge, target, client, call, recording)
                if found.item is not None or found.id not in kept:
                    yield found

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
        client = self._parties.client(target)
        if client is None or not judge.is_hosted(client):
            yield _traced(judge, target, Reason.UNKNOWN)
        elif target not in kept:
            gone = isinstance(self._stored(client, target), Tombstone)
            yield _traced(judge, target, Reason.ERASED if gone else Reason.UNKNOWN)

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
    ) -> Found:
        verdict = client.terms.verdict(Category.RECORDING, Role.PROCESSOR, call.ended_at)
        found = Found(
            target=target,
            category=DataCategory.CONTENT,
            role=Role.PROCESSOR,
            id=recording.record_id,
            at=call.started_at,
            item=FoundRecording(client, call, recording, _ASKED in judge.given(call.scope)),
            due_at=judge.due_at(verdict),
        )
        if not recording.is_live:
            return replace(found, item=None, reason=Reason.ERASED)
        reason = judge.reason(DataCategory.CONTENT, call.scope, verdict, target)
        return replace(found, reason=reason or _outside(judge, call))


def _outside(judge: Judge, call: StoredCall) -> Reason | None:
    return None if judge.is_in_period(call.started_at) else Reason.OUTSIDE_PERIOD


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
