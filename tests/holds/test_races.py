"""Placing, erasing, changing, ingesting and releasing at once, by two workers.

A key that exists when a hold was acknowledged, and whose record it matches, exists as long as the
hold does; what was deleted is gone for the client; what no hold keeps any more is destroyed.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock, recording_path
from tests.holds.builders import LEGAL, kept, place, read, release, withheld_service
from tests.retention.builders import key_slots, slots_of

ROUNDS = 2
CALLS = 6
Slots = set[tuple[UUID, str]]


@pytest.fixture
def other(api: Api, services: Services, settings: Settings, clock: MovableClock) -> Iterator[Api]:
    """A second worker, with the same API keys."""
    worker = bootstrap.build_services(settings, clock)
    worker.epoch.start()
    second = Api(create_app(worker), worker.accounts, clock)
    for role in ("platform", "legal", "dpo", "admin"):
        api.key(role)
    second._keys = api._keys
    yield second
    worker.epoch.stop()
    worker.databases.close()


def _ingest(api: Api, client: str, round_: int) -> list[str]:
    calls = [f"call-{round_}-{n}" for n in range(CALLS)]
    api.put_calls(client, {call: api.call(note="first") for call in calls})
    for call in calls[::2]:
        assert api.put_recording(client, call, b"audio").status_code == 201
    return calls


def _path(client: str, call: str) -> str:
    return f"/v1/clients/{client}/calls/{call}"


def _at_once(*work: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(one) for one in work]]


def _delete(api: Api, client: str, calls: list[str]) -> None:
    for call in calls:
        api.as_client(client, "PATCH", _path(client, call), json={"note": "second"})
        assert api.as_client(client, "DELETE", _path(client, call)).status_code == 204


def _assert_gone(api: Api, client: str, calls: list[str]) -> None:
    for call in calls:
        assert api.as_client(client, "GET", _path(client, call)).status_code == 410
        assert api.as_client(client, "GET", recording_path(client, call)).status_code == 410


def _kept(services: Services) -> Slots:
    """The keys of all that is withheld and that still exist."""
    withheld = services.databases.bulk["withheld"].find()
    return {slot for one in withheld for slot in slots_of(one)} & key_slots(services)


def test_nothing_that_is_held_is_destroyed_once_the_hold_was_acknowledged(
    api: Api, other: Api, client: str, services: Services
) -> None:
    api.client_key(client)
    for round_ in range(ROUNDS):
        calls = _ingest(api, client, round_)

        def placed() -> tuple[str, Slots]:
            hold = place(api, number="+33612345678")
            return hold, key_slots(services)

        half = CALLS // 2
        (hold, at_ack), *_ = _at_once(
            placed,
            lambda: _delete(api, client, calls[:half]),  # noqa: B023 - called in this round
            lambda: _delete(other, client, calls[half:]),  # noqa: B023 - called in this round
        )
        _assert_gone(api, client, calls)
        assert at_ack <= key_slots(services)
        _assert_opens(services, hold)
        release(api, hold)
        services.holds.run()
        assert _count(services) == 0


def _count(services: Services) -> int:
    return services.databases.bulk["withheld"].count_documents({})


def _kept_slots(services: Services, hold: str) -> Slots:
    return {(one.item.key.page, one.item.key.slot) for one in kept(services, hold)}


def _assert_opens(services: Services, hold: str) -> None:
    for original in kept(services, hold):
        assert withheld_service(services).open(LEGAL, UUID(hold), original)


def test_of_two_holds_that_are_placed_and_released_at_once_the_second_keeps_all(
    api: Api, other: Api, client: str, services: Services
) -> None:
    api.client_key(client)
    for round_ in range(ROUNDS):
        calls = _ingest(api, client, round_)
        first = place(api, client_id=client)
        _delete(api, client, calls)

        def placed() -> tuple[str, Slots]:
            hold = place(other, client_id=client)
            return hold, _kept(services)

        (second, at_ack), _ = _at_once(placed, lambda: release(api, first))  # noqa: B023 - called in this round
        services.holds.run()
        assert at_ack <= _kept_slots(services, second)
        assert at_ack <= key_slots(services)
        _assert_opens(services, second)
        assert read(api, first)["withheld"] == 0
        release(api, second)
        services.holds.run()
        assert _count(services) == 0
        assert not at_ack & key_slots(services)


def test_a_sweep_and_a_hold_and_calls_that_come_at_once_lose_nothing(
    api: Api, other: Api, client: str, services: Services, clock: MovableClock
) -> None:
    api.client_key(client)
    for round_ in range(ROUNDS):
        calls = _ingest(api, client, round_)
        clock.advance(days=91)

        def placed() -> tuple[str, Slots]:
            hold = place(api, client_id=client)
            return hold, key_slots(services)

        (hold, at_ack), _, late = _at_once(
            placed,
            lambda: services.sweeps.run("test"),
            lambda: _ingest(other, client, 100 + round_),  # noqa: B023 - called in this round
        )
        assert at_ack <= key_slots(services)
        clock.advance(days=91)
        services.sweeps.run("test")
        assert at_ack <= key_slots(services)
        for call in (*calls, *late):
            assert api.as_client(client, "GET", recording_path(client, call)).status_code in (
                404,
                410,
            )
        _assert_opens(services, hold)
        release(api, hold)
        services.holds.run()
        assert _count(services) == 0


@pytest.mark.parametrize("by", ["number", "period"])
def test_a_hold_by_number_or_period_keeps_while_all_is_swept_what_it_matches_and_nothing_else(
    api: Api, other: Api, client: str, services: Services, clock: MovableClock, by: str
) -> None:
    api.client_key(client)
    apart = api.call(**{"from": "+33699999999", "to": "+33688888888"})
    api.put_calls(client, {"apart": apart})
    assert api.put_recording(client, "apart", b"audio").status_code == 201
    unmatched = _recordings(services)
    clock.advance(days=2)
    _ingest(api, client, 0)
    matched = _recordings(services) - unmatched
    since, until = clock.now() - timedelta(days=1), clock.now() + timedelta(days=200)
    period = {"client_id": client, "from": since.isoformat(), "until": until.isoformat()}
    reach = {"number": {"number": "+33612345678"}, "period": period}[by]
    clock.advance(days=91)

    def placed() -> tuple[str, Slots]:
        hold = place(api, **reach)
        return hold, matched & key_slots(services)

    (hold, at_ack), _, _ = _at_once(
        placed,
        lambda: services.sweeps.run("test"),
        lambda: _ingest(other, client, 1),
    )
    late = _recordings(services) - matched - unmatched
    assert late
    clock.advance(days=91)
    services.sweeps.run("test")
    assert at_ack | late <= key_slots(services)
    assert not unmatched & key_slots(services)
    assert _kept_slots(services, hold) <= matched | late
    _assert_opens(services, hold)
    release(api, hold)
    services.holds.run()
    assert _count(services) == 0
    assert not (matched | late) & key_slots(services)


def _recordings(services: Services) -> Slots:
    """The keys of the recordings that clients may still reach, swept or not."""
    calls = services.databases.bulk["calls"].find({"recordings.key": {"$exists": True}})
    keys = [one["key"] for call in calls for one in call["recordings"] if "key" in one]
    return {(key["page"], key["slot"]) for key in keys}
