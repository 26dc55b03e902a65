"""The thread that delivers by itself, whatever fails meanwhile."""

import time
from collections.abc import Callable, Iterator

import pytest

from telecom_privacy.bootstrap import Services, wire
from telecom_privacy.errors import Unavailable
from telecom_privacy.notices import courier
from telecom_privacy.notices.repository import DeliveryRepository
from telecom_privacy.notices.upkeep import NoticeUpkeep
from tests.builders import Api, MovableClock
from tests.notices.conftest import Outbox
from tests.notices.hooks import of_client, types
from tests.notices.receiver import Receiver


@pytest.fixture
def another_worker(services: Services, clock: MovableClock) -> Services:
    """Its threads can be stopped without those of the others."""
    return wire(services.settings, services.databases, clock)


@pytest.fixture
def turns(another_worker: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The courier runs, and takes its turns without a pause."""
    monkeypatch.setattr(courier, "_EVERY_SECONDS", 0.01)
    another_worker.noticing.courier.start()
    yield
    another_worker.noticing.courier.stop()


def test_notices_are_delivered_by_themselves(
    api: Api, client: str, receiver: Receiver, outbox: Outbox, turns: None
) -> None:
    of_client(api, client, receiver).send("POST", "/test")
    _wait_for(lambda: types(receiver) == ["test"])


@pytest.mark.parametrize("error", [Unavailable("away"), LookupError("unforeseen")])
def test_a_turn_that_fails_does_not_end_the_turns(
    api: Api,
    client: str,
    receiver: Receiver,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    request: pytest.FixtureRequest,
) -> None:
    failed, fetch_due = [], DeliveryRepository.fetch_due

    def failing_first(repository: DeliveryRepository, *arguments: object) -> object:
        if not failed:
            failed.append(True)
            raise error
        return fetch_due(repository, *arguments)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(DeliveryRepository, "fetch_due", failing_first)
    of_client(api, client, receiver).send("POST", "/test")
    request.getfixturevalue("turns")
    _wait_for(lambda: types(receiver) == ["test"])
    assert failed


def test_of_all_workers_one_does_the_upkeep_once_an_hour(
    services: Services,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    runs: list[NoticeUpkeep] = []

    def run(upkeep: NoticeUpkeep) -> None:
        runs.append(upkeep)

    monkeypatch.setattr(NoticeUpkeep, "run", run)
    services.databases.bulk["state"].delete_one({"_id": "notices"})
    request.getfixturevalue("turns")
    for expected in (1, 2):
        _wait_for(lambda expected=expected: len(runs) == expected)
        clock.advance(minutes=61)


def _wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
