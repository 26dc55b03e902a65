"""What a worker does beside its requests, whatever fails meanwhile."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from telecom_privacy import maintenance
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.errors import Unavailable
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at, stored


@pytest.fixture
def turns(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker's thread runs, and takes its turns without a pause."""
    monkeypatch.setattr(maintenance, "_EVERY_SECONDS", 0.01)
    services.maintenance.start()
    yield
    services.maintenance.stop()


def test_recovery_runs_by_itself(
    api: Api, services: Services, clock: MovableClock, request: pytest.FixtureRequest
) -> None:
    client = api.create_client()
    with killed_at(CallRepository, "insert_many"):
        api.put_call(client, "call", api.call())
    clock.advance(minutes=11)
    request.getfixturevalue("turns")
    _wait_for(lambda: not stored(services)["traffic"])


def test_recovery_runs_once_a_minute_in_one_of_the_workers(
    services: Services, clock: MovableClock, turns: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = _counted(monkeypatch)
    for expected in (1, 2):
        clock.advance(seconds=61)
        _wait_for(lambda expected=expected: len(runs) == expected)


@pytest.mark.parametrize("error", [Unavailable("away"), LookupError("unforeseen")])
def test_a_turn_that_fails_does_not_end_the_turns(
    services: Services,
    clock: MovableClock,
    turns: None,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    runs = _counted(monkeypatch, error)
    for expected in (1, 2):
        clock.advance(seconds=61)
        _wait_for(lambda expected=expected: len(runs) == expected)


def test_forgotten_tombstones_are_removed(
    api: Api, services: Services, clock: MovableClock, turns: None
) -> None:
    client = api.create_client()
    api.put_call(client, "call", api.call())
    assert api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call").status_code == 204
    assert len(stored(services)["calls"]) == 1
    clock.advance(days=91)
    _wait_for(lambda: not stored(services)["calls"])


def _counted(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[Any]:
    runs: list[Any] = []

    def run(recovery: Recovery) -> int:
        runs.append(recovery)
        if error:
            raise error
        return 0

    monkeypatch.setattr(Recovery, "run", run)
    return runs


def _wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
