"""One of several workers holds a lease, until it runs out."""

from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.storage.lease import Lease
from tests.builders import MovableClock


@pytest.fixture
def lease(services: Services) -> Lease:
    return Lease(services.databases.bulk, "task", timedelta(seconds=60))


def test_one_of_two_takes_it(lease: Lease, clock: MovableClock) -> None:
    assert lease.take("one", clock.now())
    assert not lease.take("other", clock.now())
    assert lease.owner() == "one"


def test_its_owner_extends_it(lease: Lease, clock: MovableClock) -> None:
    lease.take("one", clock.now())
    clock.advance(seconds=59)
    assert lease.take("one", clock.now())
    clock.advance(seconds=59)
    assert not lease.take("other", clock.now())


def test_it_passes_on_once_it_has_run_out(lease: Lease, clock: MovableClock) -> None:
    lease.take("dead", clock.now())
    clock.advance(seconds=61)
    assert lease.take("other", clock.now())
    assert not lease.take("dead", clock.now())


def test_turns_are_spaced_by_the_lease_s_duration(lease: Lease, clock: MovableClock) -> None:
    assert lease.take_turn(clock.now())
    clock.advance(seconds=59)
    assert not lease.take_turn(clock.now())
    clock.advance(seconds=2)
    assert lease.take_turn(clock.now())


def test_only_its_owner_releases_it(lease: Lease, clock: MovableClock) -> None:
    lease.take("one", clock.now())
    lease.release("other")
    assert not lease.take("other", clock.now())
    lease.release("one")
    assert lease.owner() is None
    assert lease.take("other", clock.now())


def test_leases_of_different_names_do_not_meet(
    services: Services, lease: Lease, clock: MovableClock
) -> None:
    lease.take("one", clock.now())
    assert Lease(services.databases.bulk, "another", timedelta(1)).take("other", clock.now())


def test_one_taken_by_a_clock_that_was_far_ahead_is_free(lease: Lease, clock: MovableClock) -> None:
    lease.take("wrong", clock.now() + timedelta(days=400))
    assert lease.take("other", clock.now())


def test_one_taken_by_a_clock_that_is_a_little_ahead_is_held(
    lease: Lease, clock: MovableClock
) -> None:
    lease.take("one", clock.now() + timedelta(minutes=4))
    assert not lease.take("other", clock.now())


def test_one_that_outlasts_clocks_is_not_taken_away_by_a_clock_that_is_behind(
    services: Services, clock: MovableClock
) -> None:
    name, duration = "lasting", timedelta(seconds=60)
    lease = Lease(services.databases.keystore, name, duration, outlasts_clocks=True)
    lease.take("one", clock.now() + timedelta(minutes=10))
    assert not lease.take("other", clock.now())
