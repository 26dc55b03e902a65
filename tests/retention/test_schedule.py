"""The schedule knows of all that is stored, so that a sweeper need not look for it."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.model import Pair
from telecom_privacy.erasure.schedule import Schedule, soonest
from telecom_privacy.erasure.schedule_repository import ScheduleRepository
from telecom_privacy.errors import Unavailable
from telecom_privacy.keys.service import KeyService
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at
from tests.retention.builders import (
    START,
    change,
    client_id,
    end_contract,
    local,
    put_recorded_call,
)

SOON = timedelta(hours=1)


@pytest.fixture
def schedule(services: Services, clock: MovableClock) -> Schedule:
    return Schedule(ScheduleRepository(services.databases.bulk), clock)


@pytest.fixture
def pair() -> Pair:
    return Pair(uuid4(), "call")


def noted(services: Services, pair: Pair) -> Any:
    found = services.databases.bulk["schedule"].find_one({"_id": pair.key})
    return found and found.get("next")


def expect(schedule: Schedule, pair: Pair, at: Any) -> None:
    schedule.expect(pair.client_id, {pair.category: at})


def test_the_earliest_of_what_is_expected_counts(
    services: Services, schedule: Schedule, clock: MovableClock, pair: Pair
) -> None:
    now = clock.now()
    for hours in (3, 5, 2, 4):
        expect(schedule, pair, now + timedelta(hours=hours))
    assert noted(services, pair) == now + timedelta(hours=2)
    assert pair not in schedule.due(now + timedelta(hours=2) - timedelta(milliseconds=1))
    assert pair in schedule.due(now + timedelta(hours=2))


@pytest.mark.parametrize("at", [None, timedelta(days=4000)])
def test_every_pair_is_looked_at_within_a_day_so_that_a_lost_hint_is_found(
    schedule: Schedule, clock: MovableClock, pair: Pair, at: timedelta | None
) -> None:
    expect(schedule, pair, at and clock.now() + at)
    assert pair not in schedule.due(clock.now() + timedelta(hours=11))
    assert pair in schedule.due(clock.now() + timedelta(hours=24))


def test_what_is_expected_while_a_pair_is_looked_at_is_not_forgotten(
    services: Services, schedule: Schedule, clock: MovableClock, pair: Pair
) -> None:
    now = clock.now()
    expect(schedule, pair, now)
    schedule.claim(pair)
    assert pair not in schedule.due(now)
    expect(schedule, pair, now + SOON)
    schedule.settle(pair, now + 2 * SOON)
    assert noted(services, pair) == now + SOON


def test_a_pair_whose_claimant_died_is_looked_at_again(
    schedule: Schedule, clock: MovableClock, pair: Pair
) -> None:
    expect(schedule, pair, clock.now())
    schedule.claim(pair)
    clock.advance(seconds=30)
    schedule.resume()
    assert pair not in schedule.due(clock.now())
    clock.advance(seconds=31)
    schedule.resume()
    assert pair in schedule.due(clock.now())


def test_a_pair_that_is_settled_is_not_taken_for_one_whose_claimant_died(
    schedule: Schedule, clock: MovableClock, pair: Pair
) -> None:
    expect(schedule, pair, clock.now())
    schedule.claim(pair)
    schedule.settle(pair, None)
    clock.advance(minutes=5)
    schedule.resume()
    assert pair not in schedule.due(clock.now())


def test_only_what_became_due_since_is_asked_for(
    schedule: Schedule, clock: MovableClock, pair: Pair
) -> None:
    now, later = clock.now(), Pair(pair.client_id, "recording")
    expect(schedule, pair, now)
    expect(schedule, later, now + SOON)
    assert [one for one in schedule.due(now + SOON) if one in (pair, later)] == [pair, later]
    found = schedule.due(now + SOON, since=now)
    assert later in found
    assert pair not in found


def test_many_who_expect_the_same_new_pair_at_once_all_succeed(
    services: Services, schedule: Schedule, clock: MovableClock, pair: Pair
) -> None:
    now, failed = clock.now(), []

    def work(number: int) -> None:
        try:
            expect(schedule, pair, now + timedelta(minutes=number))
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert noted(services, pair) == now


def test_the_soonest_of_nothing_known_is_not_known() -> None:
    assert soonest([]) is None
    assert soonest([None, START + SOON, START, None]) == START


def test_a_call_with_a_recording_is_expected_when_it_falls_due(
    api: Api, services: Services, client: str
) -> None:
    owner = client_id(services, client)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(days=89, hours=20))
    assert noted(services, Pair(owner, "recording")) == services.clock.now() + timedelta(hours=4)
    for category in ("call", "traffic", "licence", "client"):
        assert noted(services, Pair(owner, category)) is not None


@pytest.mark.parametrize(
    "change_client",
    [
        lambda api, client: change(api, client, options=["recording", "storage_extension"]),
        lambda api, client: end_contract(api, client, "2027-01-04"),
    ],
)
def test_a_client_whose_terms_changed_is_looked_at_at_once(
    api: Api,
    services: Services,
    schedule: Schedule,
    clock: MovableClock,
    client: str,
    change_client: Callable[[Api, str], object],
) -> None:
    clock.set(local("2027-01-04 12:00"))
    put_recorded_call(api, client, "call-1")
    owner = client_id(services, client)
    schedule.settle(Pair(owner, "client"), None)
    services.databases.bulk["schedule"].update_many({}, {"$set": {"next": clock.now() + SOON}})
    change_client(api, client)
    due = {pair.category for pair in schedule.due(clock.now()) if pair.client_id == owner}
    assert due >= {"call", "recording", "traffic", "licence", "client"}


@pytest.mark.parametrize(("owner", "method"), [(Schedule, "expect"), (KeyService, "settle_pages")])
def test_recovery_has_a_client_looked_at_whose_writer_died_before_it_was_done(
    api: Api,
    services: Services,
    schedule: Schedule,
    clock: MovableClock,
    client: str,
    owner: type,
    method: str,
) -> None:
    with killed_at(owner, method):
        api.put_call(client, "call-1", api.call())
    found = client_id(services, client)
    assert services.databases.bulk["calls"].count_documents({"client": found}) == 1
    services.databases.bulk["schedule"].delete_many({})
    clock.advance(minutes=11)
    services.recovery.run()
    assert set(schedule.due(clock.now())) >= {Pair(found, "call"), Pair(found, "traffic")}


def test_a_call_that_could_not_be_noted_is_not_acknowledged(
    api: Api, services: Services, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(Schedule, "expect", away)
    assert api.put_call(client, "call-1", api.call()).status_code == 503
    assert services.databases.bulk["calls"].count_documents({}) == 1
