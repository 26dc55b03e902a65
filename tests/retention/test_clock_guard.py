"""A clock that cannot be trusted stops all erasing by term; mere downtime does not."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import SystemClock
from telecom_privacy.errors import ClockMistrusted
from telecom_privacy.retention.clock_guard import ClockGuard
from telecom_privacy.retention.repository import ClockRepository
from telecom_privacy.storage.newest_call import NewestCall
from tests.builders import Api, MovableClock
from tests.retention.builders import put_recorded_call, recording_status, sweep

ABSENCE = timedelta(days=4)


class OtherClock:
    """The database's clock: it goes right, but for what a test sets it wrong by."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self.wrong = timedelta(0)

    def __call__(self) -> datetime:
        return self._clock.now() + self.wrong


@pytest.fixture
def witness(clock: MovableClock) -> OtherClock:
    return OtherClock(clock)


@pytest.fixture
def repository(services: Services) -> ClockRepository:
    return ClockRepository(services.databases.bulk)


@pytest.fixture(autouse=True)
def _right_again(clock: MovableClock) -> Iterator[None]:
    yield
    clock.__init__()  # type: ignore[misc]  # the module's tests share it


def guard(services: Services, clock: MovableClock, witness: OtherClock) -> ClockGuard:
    """One of a process that starts now."""
    return ClockGuard(
        ClockRepository(services.databases.bulk), clock, witness, services.audit, ABSENCE
    )


@pytest.mark.parametrize("jump", [{"days": 400}, {"minutes": 6}, {"minutes": -6}, {"days": -30}])
def test_a_wall_clock_that_jumps_is_not_trusted_until_it_is_right_again(
    services: Services, clock: MovableClock, witness: OtherClock, jump: dict[str, float]
) -> None:
    found = guard(services, clock, witness)
    assert found.is_trusted()
    clock.jump(**jump)
    assert "jumped" in (found.doubt() or "")
    assert "jumped" in (guard(services, clock, witness).doubt() or "")
    clock.jump(**{unit: -by for unit, by in jump.items()})
    assert found.is_trusted()
    assert guard(services, clock, witness).is_trusted()


def test_time_that_passes_and_small_corrections_are_trusted(
    services: Services, clock: MovableClock, witness: OtherClock
) -> None:
    found = guard(services, clock, witness)
    assert found.is_trusted()
    clock.jump(minutes=4)
    clock.advance(days=400)
    assert found.is_trusted()
    assert guard(services, clock, witness).is_trusted()


@pytest.mark.parametrize("wrong", [timedelta(minutes=6), timedelta(days=-400)])
def test_a_clock_that_differs_from_the_databases_is_not_trusted(
    services: Services, clock: MovableClock, witness: OtherClock, wrong: timedelta
) -> None:
    witness.wrong = wrong
    assert "database" in (guard(services, clock, witness).doubt() or "")
    witness.wrong = timedelta(minutes=4)
    assert guard(services, clock, witness).is_trusted()


def test_a_weekend_off_passes(services: Services, clock: MovableClock, witness: OtherClock) -> None:
    assert guard(services, clock, witness).is_trusted()
    clock.restart("boot-2", days=3)
    assert guard(services, clock, witness).is_trusted()


def test_a_longer_absence_is_trusted_once_calls_confirm_it(
    services: Services, clock: MovableClock, witness: OtherClock
) -> None:
    newest = NewestCall(services.databases.bulk)
    newest.note(clock.now())
    assert guard(services, clock, witness).is_trusted()
    clock.restart("boot-2", days=5)
    assert "no call confirms" in (guard(services, clock, witness).doubt() or "")
    NewestCall(services.databases.bulk).note(clock.now() - timedelta(hours=23))
    assert guard(services, clock, witness).is_trusted()


def test_a_machine_whose_clock_is_back_in_the_past_is_not_trusted(
    services: Services, clock: MovableClock, witness: OtherClock
) -> None:
    assert guard(services, clock, witness).is_trusted()
    clock.restart("boot-2", hours=-1)
    assert "back before" in (guard(services, clock, witness).doubt() or "")


def test_a_human_who_looked_makes_it_trusted_and_the_log_says_who(
    api: Api, services: Services, clock: MovableClock, witness: OtherClock
) -> None:
    assert guard(services, clock, witness).is_trusted()
    clock.jump(days=400)
    witness.wrong = timedelta(days=-400)
    guard(services, clock, witness).accept("command-line", "uid 1000")
    assert guard(services, clock, witness).is_trusted()
    entries = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").json["items"]
    (said,) = [e["detail"] for e in entries if e["detail"]["action"] == "clock.accepted"]
    assert said["details"]["who"] == "uid 1000"
    assert "jumped by +400 days" in said["details"]["doubt"]


def test_nothing_is_erased_while_the_clock_is_not_trusted_and_reads_go_on(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put_recorded_call(api, client, "call-1")
    sweep(services, clock)
    keys = services.databases.keystore["record_keys"].count_documents({})
    clock.jump(days=400)
    with caplog.at_level(logging.CRITICAL), pytest.raises(ClockMistrusted, match="400 days"):
        services.sweeps.run("test")
    assert [r.message for r in caplog.records] == ["nothing is erased by term"]
    answer = api.as_("dpo", "POST", "/v1/retention/sweeps")
    assert answer.status_code == 409
    assert "400 days" in answer.json["detail"]
    assert services.databases.keystore["record_keys"].count_documents({}) == keys
    assert recording_status(api, client, "call-1") == 410  # past its term, by this clock
    assert api.request("GET", "/readyz").status_code == 200
    clock.jump(days=-400)
    assert recording_status(api, client, "call-1") == 200
    assert sum(sweep(services, clock).erased.values()) == 0


def test_the_machines_clock_tells_how_long_it_has_been_up() -> None:
    clock = SystemClock()
    first = clock.elapsed()
    assert 0 < first <= clock.elapsed()
    assert clock.boot() == SystemClock().boot()


def test_the_databases_clock_can_be_asked(repository: ClockRepository) -> None:
    assert abs(repository.fetch_server_time() - SystemClock().now()) < timedelta(minutes=1)
