"""The sweeper erases what falls due by itself; several may run, and it survives what fails."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.service import CallService
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import IntegrityError, Unavailable
from telecom_privacy.retention import agenda, batches
from telecom_privacy.retention.chores import Chore, Chores, KeepAlive
from telecom_privacy.retention.model import SweeperState, SweeperStatus
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    certificates_of,
    client_id,
    counts,
    new_client,
    put_recorded_call,
    stored_documents,
    traffic_count,
)


@contextmanager
def sweeping(settings: Settings, clock: MovableClock) -> Iterator[list[SweeperState]]:
    """A sweeper of a process of its own, as far as its memory goes; yields its states."""
    services, stopping = bootstrap.build_services(settings, clock), Event()
    states: list[SweeperState] = []

    def show(status: SweeperStatus) -> None:
        states.append(status.state)

    thread = Thread(target=services.sweeper.run, args=(stopping, show))
    thread.start()
    try:
        yield states
    finally:
        stopping.set()
        thread.join()
        services.databases.close()


def wait_for(is_true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def live_recordings(services: Services, client: str) -> int:
    found = stored_documents(services, "calls", client_id(services, client))
    entries = [entry for call in found for entry in call.get("recordings", ())]
    return sum("gone_at" not in entry for entry in entries)


def certified(api: Api, client: str) -> list[dict[str, int]]:
    return [counts(certificate) for certificate in certificates_of(api, client)]


def test_what_falls_due_is_erased_and_certified_without_anybody_asking(
    api: Api, services: Services, settings: Settings, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    put_recorded_call(api, client, "call-2", ended_ago=timedelta(0))
    with sweeping(settings, clock) as states:
        wait_for(lambda: SweeperState.IDLE in states)
        clock.advance(days=90, minutes=-3)
        wait_for(lambda: live_recordings(services, client) == 1)
        clock.advance(minutes=3)
        wait_for(lambda: live_recordings(services, client) == 0)
        wait_for(lambda: certified(api, client) == [{"recording": 2}])
    assert traffic_count(api, client) == 2


def test_nothing_due_costs_one_question_however_many_pairs_there_are(
    api: Api, services: Services, settings: Settings, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    pairs, asked = {"client": client_id(services, client)}, []
    collection = services.databases.bulk["schedule"]
    due = Schedule.due
    with pytest.MonkeyPatch.context() as patch, sweeping(settings, clock):
        wait_for(lambda: collection.count_documents({**pairs, "next": {"$gt": clock.now()}}) == 6)
        patch.setattr(Schedule, "claim", lambda *_: pytest.fail("a pair was looked at"))
        patch.setattr(Schedule, "due", lambda *args: asked.append(1) or due(*args))
        wait_for(lambda: len(asked) >= 4)


def test_of_two_sweepers_one_works_and_the_other_takes_over(
    api: Api, services: Services, settings: Settings, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    with sweeping(settings, clock) as second:
        with sweeping(settings, clock) as first:
            both = {SweeperState.IDLE, SweeperState.STANDBY}
            wait_for(lambda: both <= {*first, *second})
        clock.advance(days=90)
        wait_for(lambda: live_recordings(services, client) == 0)
        wait_for(lambda: certified(api, client) == [{"recording": 1}])


def test_a_sweeper_takes_up_what_one_that_was_killed_had_taken_away(
    api: Api, services: Services, settings: Settings, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    clock.advance(days=90)
    schedule = services.sweeps._schedule
    for pair in schedule.due(clock.now()):
        schedule.claim(pair)
    services.databases.bulk["state"].insert_one(
        {"_id": "sweeper", "owner": "dead", "until": clock.now() + timedelta(seconds=4)}
    )
    with sweeping(settings, clock) as states:
        wait_for(lambda: SweeperState.STANDBY in states)
        assert live_recordings(services, client) == 1
        clock.advance(seconds=5)
        wait_for(lambda: live_recordings(services, client) == 0)


def test_a_backlog_of_one_client_keeps_no_other_waiting(
    api: Api, services: Services, settings: Settings, clock: MovableClock, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batches, "_MOST", 1)
    monkeypatch.setattr(agenda, "_ASKED_EVERY", 0)
    busy, other = new_client(api), new_client(api)
    for number in range(20):
        put_recorded_call(api, busy, f"call-{number}")
    put_recorded_call(api, other, "call-1", ended_ago=timedelta(0))
    erased: list[object] = []
    erase = Eraser.erase

    def erasing(self: Eraser, owner: object, *more: Any) -> None:
        erased.append(owner)
        if len(erased) == 3:
            clock.advance(minutes=6)
        erase(self, owner, *more)

    monkeypatch.setattr(Eraser, "erase", erasing)
    clock.advance(days=90, minutes=-1)
    with sweeping(settings, clock):
        wait_for(
            lambda: not live_recordings(services, busy) and not live_recordings(services, other)
        )
    assert erased.index(client_id(services, other)) < 8


def test_a_database_that_is_away_for_a_while_does_not_end_the_sweeper(
    api: Api, services: Services, settings: Settings, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    with sweeping(settings, clock) as states:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Schedule, "due", _away)
            wait_for(lambda: SweeperState.WAITING in states)
            clock.advance(days=90)
        wait_for(lambda: live_recordings(services, client) == 0)


def test_a_client_that_is_damaged_keeps_no_other_waiting(
    api: Api, services: Services, settings: Settings, clock: MovableClock, monkeypatch: Any
) -> None:
    damaged, good = new_client(api), new_client(api)
    for client in (damaged, good):
        put_recorded_call(api, client, "call-1")
    owner, due = client_id(services, damaged), CallService.due_recordings

    def failing(self: CallService, client: Any, *more: Any) -> Any:
        if client.id == owner:
            raise IntegrityError("damaged")
        return due(self, client, *more)

    monkeypatch.setattr(CallService, "due_recordings", failing)
    with sweeping(settings, clock):
        clock.advance(days=90)
        wait_for(lambda: live_recordings(services, good) == 0)
    assert live_recordings(services, damaged) == 1


def test_a_clock_that_jumps_pauses_the_sweeper_until_it_is_right_again(
    api: Api, services: Services, settings: Settings, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    with sweeping(settings, clock) as states:
        wait_for(lambda: SweeperState.IDLE in states)
        clock.jump(days=400)
        wait_for(lambda: SweeperState.PAUSED in states)
        assert live_recordings(services, client) == 1
        clock.jump(days=-400)
        wait_for(lambda: states[-1] is SweeperState.IDLE)
        clock.advance(days=90)
        wait_for(lambda: live_recordings(services, client) == 0)


def _away(*_: object) -> None:
    raise Unavailable("away")


def test_a_long_chore_does_not_keep_a_sweeper_from_stopping() -> None:
    began, ended = Event(), Event()

    def without_end(keep_alive: KeepAlive) -> None:
        began.set()
        try:
            while True:
                keep_alive()
        finally:
            ended.set()

    chores = Chores([Chore("long", 60, without_end)])
    chores.start()
    chores.allow(True)
    assert began.wait(10)

    chores.stop()

    assert ended.is_set()


def test_a_sweep_does_once_what_it_does_not_do_itself_and_says_what_failed() -> None:
    done: list[str] = []

    def failing(_: KeepAlive) -> None:
        raise IntegrityError("damaged")

    chores = Chores(
        [
            Chore("certify", 60, lambda _: done.append("certify"), is_swept=True),
            Chore("damaged", 60, failing),
            Chore("counts", 60, lambda keep_alive: (keep_alive(), done.append("counts"))),
        ]
    )
    assert chores.do_once() == ["damaged"]
    assert done == ["counts"]
