"""A lease that a thread extends is held until its process ends, and its loss is noticed."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import Conflict
from telecom_privacy.storage.kept_lease import KeptLease
from telecom_privacy.storage.lease import Lease
from tests.builders import MovableClock

SHORT, OFTEN = timedelta(seconds=5), timedelta(milliseconds=10)


@pytest.fixture
def lease(services: Services) -> Lease:
    return Lease(services.databases.keystore, "kept", SHORT, outlasts_clocks=True)


def test_it_is_extended_while_its_owner_works_and_free_at_the_end(
    lease: Lease, clock: MovableClock
) -> None:
    assert lease.take("owner", clock.now())
    with KeptLease(lease, "owner", clock, OFTEN) as kept:
        clock.advance(seconds=4)
        _wait_for(lambda: lease.until() == clock.now() + SHORT)
        clock.advance(seconds=4)
        assert not lease.take("other", clock.now())
        kept.require()
    assert lease.until() is None
    assert lease.take("other", clock.now())


def test_its_loss_is_noticed_and_the_other_keeps_it(lease: Lease, clock: MovableClock) -> None:
    assert lease.take("owner", clock.now())
    with KeptLease(lease, "owner", clock, OFTEN) as kept:
        lease.release("owner")
        while not lease.take("other", clock.now()):
            lease.release("owner")
        _wait_for(lambda: _is_lost(kept))
    assert lease.owner() == "other"


def _is_lost(kept: KeptLease) -> bool:
    try:
        kept.require()
    except Conflict:
        return True
    return False


def _wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
