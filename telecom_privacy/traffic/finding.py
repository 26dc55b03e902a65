"""Traffic records of all clients, as an order of an authority names them (RULES LAW-1, LAW-3)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.paging import TICK, windows_within
from telecom_privacy.traffic.model import StoredTraffic
from telecom_privacy.traffic.repository import TrafficRepository

_BATCH = 200


class TrafficFinder:
    """Finds without opening, whatever the term says; nothing is logged here.

    A period bounds the start of a call, both ends included. Only what was committed is found, the
    newest first, in constant memory.
    """

    def __init__(self, repository: TrafficRepository, keys: KeyService) -> None:
        self._repository = repository
        self._keys = keys

    def with_numbers(
        self, numbers: Sequence[str], start: datetime, end: datetime
    ) -> Iterator[tuple[StoredTraffic, Sequence[str]]]:
        """Yield the calls with any of some numbers (E.164), each once, with those that it has.

        These are in the order in which they were asked for, each once.
        """
        for window in windows_within(self._keys.numbers.months(), start, end + TICK):
            names = self._names(window.month, numbers)
            if names:
                found = self._repository.fetch_with_number(window, list(names))
                yield from ((one, _named(one, names)) for one in self._settled(found))

    def of_clients(
        self, clients: Collection[UUID], numbers: Sequence[str], start: datetime, end: datetime
    ) -> Iterator[StoredTraffic]:
        """Yield the calls of some clients that have any of some numbers, each once."""
        if clients and numbers:
            for window in windows_within(self._keys.numbers.months(), start, end + TICK):
                if names := self._names(window.month, numbers):
                    found = self._repository.fetch_with_number(window, list(names), clients)
                    yield from self._settled(found)

    def of_licence(
        self, scope: Scope, start: datetime, end: datetime, without: Sequence[str]
    ) -> Iterator[StoredTraffic]:
        """Yield the calls of a licence, but those `with_numbers` of `without`."""
        for window in windows_within(self._keys.numbers.months(), start, end + TICK):
            named = self._names(window.month, without)
            found = self._repository.fetch_of_licence(scope, window)
            yield from self._settled(one for one in found if not _has(one, named))

    def other_licences(
        self, scope: Scope, known: Collection[UUID], start: datetime, end: datetime
    ) -> dict[UUID, str]:
        """Return a client's licences that are not `known`, with the external ids in their calls.

        That finds those that were deleted. What is `known` is not opened. In memory as large as
        the number of licences.
        """
        seen, named = set(known), {}
        for window in windows_within(self._keys.numbers.months(), start, end + TICK):
            for record in self._settled(self._repository.fetch_of_client(scope, window)):
                licence_id = record.scope.licence_id
                if licence_id not in seen and (opened := self.open([record])):
                    seen.add(licence_id)
                    named[licence_id] = str(opened[record.record_id].get("licence_id"))
        return named

    def open(self, records: Iterable[StoredTraffic]) -> dict[UUID, Mapping[str, Any]]:
        """Return what is sealed of those records whose keys are still there."""
        stored = list(records)
        keys = self._keys.open_existing({one.key: one.binding for one in stored})
        return {
            one.record_id: open_json(keys[one.key], one.payload, one.binding)
            for one in stored
            if one.key in keys
        }

    def _names(self, month: str, numbers: Sequence[str]) -> dict[bytes, str]:
        """The numbers by their tokens of a month, in their order."""
        return self._keys.numbers.names(Role.CONTROLLER, month, numbers) if numbers else {}

    def _settled(self, found: Iterable[StoredTraffic]) -> Iterator[StoredTraffic]:
        rest = iter(found)
        while batch := list(islice(rest, _BATCH)):
            settled = self._keys.settled(one.key for one in batch)
            yield from (one for one in batch if one.key in settled)


def _named(record: StoredTraffic, names: Mapping[bytes, str]) -> Sequence[str]:
    return list(dict.fromkeys(name for token, name in names.items() if token in record.numbers))


def _has(record: StoredTraffic, named: Collection[bytes]) -> bool:
    return any(number in named for number in record.numbers)
