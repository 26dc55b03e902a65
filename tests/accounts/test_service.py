"""Revocation across workers: two sets of services stand in for two processes."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.accounts.service import AccountService
from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import Unauthenticated
from telecom_privacy.http.access import ApiRole
from telecom_privacy.settings import Settings
from tests.builders import MovableClock

_POLL_SECONDS = 0.02
_PATIENCE_SECONDS = 10
_PROMISED_SECONDS = 1


@pytest.fixture
def other(settings: Settings, services: Services, clock: MovableClock) -> Iterator[Services]:
    """Another worker."""
    other = bootstrap.build_services(settings, clock)
    other.epoch.start()
    yield other
    other.epoch.stop()
    other.databases.close()


def is_admitted(accounts: AccountService, key: str) -> bool:
    try:
        accounts.authenticate(key)
    except Unauthenticated:
        return False
    return True


def warm(services: Services, key: str) -> None:
    """Use a key until the worker answers from its cache."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while services.epoch.current() is None and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    assert services.epoch.current() is not None
    assert is_admitted(services.accounts, key)


def test_a_revoked_key_is_refused_at_once_here_and_within_a_second_elsewhere(
    services: Services, other: Services
) -> None:
    key, written = services.accounts.issue("test", ApiRole.DPO, "to be revoked")
    warm(services, written)
    warm(other, written)

    services.accounts.revoke("test", key.id)

    revoked_at = time.monotonic()
    assert not is_admitted(services.accounts, written)
    while is_admitted(other.accounts, written):
        assert time.monotonic() - revoked_at < _PROMISED_SECONDS
        time.sleep(_POLL_SECONDS)
    assert not is_admitted(services.accounts, written)


def test_a_key_is_good_in_another_worker_that_asked_for_it_before(
    services: Services, other: Services
) -> None:
    assert not is_admitted(other.accounts, f"tpk_{uuid4().hex}_{'A' * 43}")
    _, written = services.accounts.issue("test", ApiRole.DPO, "new")
    assert is_admitted(other.accounts, written)


def test_a_worker_that_hears_no_epoch_asks_the_database_each_time(
    services: Services, other: Services
) -> None:
    key, written = services.accounts.issue("test", ApiRole.DPO, "to be revoked")
    warm(other, written)
    other.epoch.stop()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while other.epoch.current() is not None and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    services.accounts.revoke("test", key.id)
    assert not is_admitted(other.accounts, written)


def test_two_workers_write_a_use_once_a_minute_together(
    services: Services, other: Services, clock: MovableClock
) -> None:
    key, written = services.accounts.issue("test", ApiRole.DPO, "shared")

    def last_use() -> object:
        return next(
            one for one in services.accounts.page(None, 500)[0] if one.id == key.id
        ).last_used_at

    services.accounts.authenticate(written)
    first = clock.now()
    clock.advance(seconds=59)
    other.accounts.authenticate(written)
    assert last_use() == first
    clock.advance(seconds=1)
    services.accounts.authenticate(written)
    assert last_use() == clock.now()
