"""A sweep that dies at any point is finished by the next one, and nothing is counted twice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident
from typing import Any

import pytest
from pymongo.collection import Collection

from telecom_privacy import bootstrap
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    Killed,
    call_status,
    certificates_of,
    client_id,
    counts,
    end_contract,
    key_slots,
    local,
    new_client,
    put_recorded_call,
    slots_of,
    stored_documents,
    sweep,
    traffic_count,
)

_READS = ("find", "find_one")
_WRITES = (
    "insert_one",
    "insert_many",
    "update_one",
    "replace_one",
    "delete_one",
    "delete_many",
    "bulk_write",
)
_NO_DATA = ("state", "clock")
_MOST = 80
_STEP = 2  # every write would do, and take twice as long
_DUE_AT = local("2027-08-02 12:00")
_IN_BULK = ("calls", "segments", "schedule", "traffic")
_OF_CERTIFICATES = ("erasures", "certificates", "certificate_totals")
_IN_AUDIT = ("clients", "contract_ends", "licences", *_OF_CERTIFICATES)


@dataclass(frozen=True)
class _Copy:
    """The documents of a collection; unless it is whole, others that come later stay."""

    collection: Collection[dict[str, Any]]
    documents: list[dict[str, Any]]
    is_whole: bool

    def put_back(self) -> None:
        ids = [document["_id"] for document in self.documents]
        self.collection.delete_many({} if self.is_whole else {"_id": {"$in": ids}})
        if self.documents:
            self.collection.insert_many(self.documents)


@contextmanager
def dying_at(number: int) -> Iterator[None]:
    """From the given write of data by this thread on (0 is the first), nothing happens.

    Before a read, or a write of leases and caches, all data are as after the write before it.
    """
    death = _Death(number)
    with pytest.MonkeyPatch.context() as patch:
        for name in (*_READS, *_WRITES):
            patch.setattr(Collection, name, death.of(name, getattr(Collection, name)))
        yield


class _Death:
    def __init__(self, number: int) -> None:
        self._thread = get_ident()
        self._left = number

    def of(self, name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
        def operate(collection: Any, *args: Any, **kwargs: Any) -> Any:
            if get_ident() == self._thread:
                self._count(name, collection.name)
            return operation(collection, *args, **kwargs)

        return operate

    def _count(self, name: str, collection: str) -> None:
        if name in _WRITES and collection not in _NO_DATA:
            self._left -= 1
        if self._left < 0:
            raise Killed


def test_the_next_sweep_finishes_what_was_interrupted_at_any_point(
    api: Api, services: Services, settings: Settings, clock: MovableClock
) -> None:
    client, documents = _with_everything_due(api, services, clock)
    due = _copies(services)
    for number in range(0, _MOST, _STEP):
        finished = _sweep_dying_at(settings, clock, number)
        assert call_status(api, client, "call-1") == 410
        clock.advance(minutes=2)
        sweep(services, clock)

        _assert_all_is_gone(api, services, client, documents)
        if finished:
            return
        _put_back(services, due)
        clock.set(_DUE_AT)
    pytest.fail("the sweep has more points at which it can be interrupted")


def _with_everything_due(
    api: Api, services: Services, clock: MovableClock
) -> tuple[str, list[dict[str, Any]]]:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    owner = client_id(services, client)
    put_recorded_call(api, client, "call-1")
    documents = stored_documents(services, "calls", owner)
    documents += stored_documents(services, "licences", owner)
    end_contract(api, client, "2027-05-31")
    clock.set(_DUE_AT)
    return client, documents


def _copies(services: Services) -> list[_Copy]:
    """What a sweep erases or writes, as it is now."""
    databases = services.databases
    held = (
        *((databases.bulk[name], True) for name in _IN_BULK),
        *((databases.audit[name], True) for name in _IN_AUDIT),
        *((databases.keystore[name], False) for name in ("keys", "record_keys")),
    )
    return [_Copy(one, list(one.find()), is_whole) for one, is_whole in held]


def _put_back(services: Services, copies: Sequence[_Copy]) -> None:
    for copy in copies:
        copy.put_back()
    services.epoch.advance()  # no worker may know of a key that it was destroyed


def _sweep_dying_at(settings: Settings, clock: MovableClock, number: int) -> bool:
    """Sweep in a process of its own, as far as its memory goes. Tells whether it finished."""
    services = bootstrap.build_services(settings, clock)
    try:
        with dying_at(number):
            sweep(services, clock)
    except Killed:
        return False
    finally:
        services.databases.close()
    return True


def _assert_all_is_gone(
    api: Api, services: Services, client: str, documents: list[dict[str, Any]]
) -> None:
    owner = client_id(services, client)
    assert not set.union(*map(slots_of, documents)) & key_slots(services)
    assert ["gone_at" in call for call in stored_documents(services, "calls", owner)] == [True]
    assert stored_documents(services, "licences", owner) == []
    segments = services.databases.bulk["segments"].distinct("content")
    assert documents[0]["recordings"][0]["record_id"] not in segments
    assert list(services.databases.audit["erasures"].find({"open_since": {"$exists": True}})) == []
    certificates = certificates_of(api, client)
    assert [counts(one) for one in certificates] == [{"recording": 1, "call": 1, "licence": 1}]
    assert traffic_count(api, client) == 1
