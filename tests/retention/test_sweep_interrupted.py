"""A sweep that dies at any point is finished by the next one, and nothing is counted twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
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

_OPERATIONS = (
    "find",
    "find_one",
    "insert_one",
    "insert_many",
    "update_one",
    "replace_one",
    "delete_one",
    "delete_many",
    "bulk_write",
)
_MOST = 250
_STEP = 5  # every operation would do, and take five times as long


@contextmanager
def dying_at(number: int) -> Iterator[None]:
    """From the given database operation of this thread on (0 is the first), none happens."""
    me, done = get_ident(), count()
    with pytest.MonkeyPatch.context() as patch:
        for name in _OPERATIONS:
            patch.setattr(Collection, name, _dying(getattr(Collection, name), me, done, number))
        yield


def _dying(
    operation: Callable[..., Any], me: int, done: Iterator[int], number: int
) -> Callable[..., Any]:
    def operate(self: Any, *args: Any, **kwargs: Any) -> Any:
        if get_ident() == me and next(done) >= number:
            raise Killed
        return operation(self, *args, **kwargs)

    return operate


def test_the_next_sweep_finishes_what_was_interrupted_at_any_point(
    api: Api, services: Services, settings: Settings, clock: MovableClock
) -> None:
    for number in range(0, _MOST, _STEP):
        client, documents = _with_everything_due(api, services, clock)
        finished = _sweep_dying_at(settings, clock, number)
        assert call_status(api, client, "call-1") == 410
        clock.advance(minutes=2)
        sweep(services, clock)

        _assert_all_is_gone(api, services, client, documents)
        if finished:
            return
        services.databases.audit["clients"].delete_many({})
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
    clock.set(local("2027-08-02 12:00"))
    return client, documents


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
