"""Opening what is given, as the package shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias, TypeGuard
from uuid import UUID

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.disclosure.finding.parties import NamedParties
from telecom_privacy.disclosure.matching import Found, FoundCall, FoundRecording, Item, Preserved
from telecom_privacy.disclosure.package.model import DisclosedCall, Origin
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.traffic.finding import TrafficFinder
from telecom_privacy.traffic.model import StoredTraffic

_BATCH = 200
_Shown: TypeAlias = set[tuple[UUID, str | None, str | None]]
"""Calls by their ids and parties: one of these may have been erased from a later version."""


class CallOpening:
    """Opens calls, some at a time. What was erased since it was found is left out."""

    def __init__(
        self,
        traffic: TrafficFinder,
        calls: CallFinder,
        withheld: WithheldService,
        parties: NamedParties,
    ) -> None:
        self._traffic = traffic
        self._calls = calls
        self._withheld = withheld
        self._parties = parties

    def each(self, found: Iterable[Found]) -> Iterator[DisclosedCall]:
        """Yield the calls among what is given, in its order, each copy once."""
        shown: _Shown = set()
        given = iter(one for one in found if one.is_given)
        while batch := list(islice(given, _BATCH)):
            items = [one.item for one in batch]
            opened = self._traffic.open(one for one in items if isinstance(one, StoredTraffic))
            for one in batch:
                if isinstance(one.item, StoredTraffic):
                    yield from self._of_operator(one.item, opened)
                else:
                    yield from self._of_client(one, shown)

    def _of_operator(
        self, record: StoredTraffic, opened: Mapping[UUID, Mapping[str, Any]]
    ) -> Iterator[DisclosedCall]:
        if content := opened.get(record.record_id):
            client = self._client(record.scope.client_id)
            yield _call(str(record.record_id), content, Origin.CONTROLLER, client)

    def _of_client(self, one: Found, shown: _Shown) -> Iterator[DisclosedCall]:
        """What is no live traffic record: once, but for a version that names another party."""
        for record_id, call in self._copies(one.item):
            told = record_id, call.caller, call.called
            if told not in shown:
                shown.add(told)
                yield call

    def _copies(self, item: Item) -> Iterator[tuple[UUID, DisclosedCall]]:
        """The client's copy of a call that is named, or whose recording is given."""
        if isinstance(item, Preserved):
            yield from self._preserved(item)
        elif _tells_call(item) and (call := self._calls.open(item.client, item.call)):
            name = item.client.external_id
            yield item.call.record_id, _client_call(call.sealed, name)

    def _preserved(self, item: Preserved) -> Iterator[tuple[UUID, DisclosedCall]]:
        original = item.original
        if item.tells_call or original.category == Category.CALL:
            if call := self._withheld.whole(original, item.hold_id):
                client = self._client(call.scope.client_id)
                yield call.item.record_id, _client_call(self._withheld.sealed(call), client)
        elif original.category == Category.TRAFFIC and original.scope.role is Role.CONTROLLER:
            record_id, sealed = original.item.record_id, self._withheld.sealed(original)
            client = self._client(original.scope.client_id)
            yield record_id, _call(str(record_id), sealed, Origin.CONTROLLER, client)

    def _client(self, client_id: UUID) -> str | None:
        client = self._parties.client_by_id(client_id)
        return client.external_id if client else None


def _tells_call(item: Item) -> TypeGuard[FoundCall | FoundRecording]:
    """Where content alone is given, the facts of its call are not."""
    return isinstance(item, FoundCall) or (isinstance(item, FoundRecording) and item.with_call)


def _client_call(sealed: Mapping[str, Any], client: str | None) -> DisclosedCall:
    return _call(str(sealed["id"]), sealed["call"], Origin.PROCESSOR, client)


def _call(
    reference: str, content: Mapping[str, Any], origin: Origin, client: str | None
) -> DisclosedCall:
    """The facts of a CDR alone: notes, names and tags are the client's, and no traffic data."""
    answered_at = content.get("answered_at")
    return DisclosedCall(
        reference=reference,
        caller=content["from"],
        called=content["to"],
        direction=content["direction"],
        started_at=datetime.fromisoformat(content["started_at"]),
        answered_at=datetime.fromisoformat(answered_at) if answered_at else None,
        ended_at=datetime.fromisoformat(content["ended_at"]),
        disposition=content["disposition"],
        origin=origin,
        route=content.get("route"),
        licence=content.get("licence_id"),
        client=client,
    )
