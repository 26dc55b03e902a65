"""Fixtures for packages whose tests share one service: each test makes a client of its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.wiring import own_settings, revive_months, wired


@pytest.fixture(scope="package")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with small limits."""
    path = tmp_path_factory.mktemp("service")
    limits = {"max_recording_bytes": 8 * 1024**2, "max_batch_bytes": 1024**2}
    return own_settings(database_settings, path, **limits)


@pytest.fixture(scope="package")
def module_clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def clock(module_clock: MovableClock) -> Iterator[MovableClock]:
    """The service's clock; back at its time after each test."""
    now = module_clock.now()
    yield module_clock
    module_clock.set(now)


@pytest.fixture(scope="package")
def services(settings: Settings, module_clock: MovableClock) -> Iterator[Services]:
    with wired(settings, module_clock) as services:
        yield services


@pytest.fixture(scope="package")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture(scope="package")
def module_api(app: Flask, services: Services, module_clock: MovableClock) -> Api:
    return Api(app, services.accounts, module_clock)


@pytest.fixture
def api(module_api: Api, services: Services, clock: MovableClock) -> Iterator[Api]:
    """The service over (in-process) HTTP; a test that moves the clock leaves it as it was."""
    before = clock.now()
    yield module_api
    if clock.now() != before:
        revive_months(services)


@pytest.fixture
def client(api: Api) -> str:
    """A client of this test's own, with recording and the licence `licence-1`."""
    return api.create_client(f"client-{uuid4().hex[:8]}")


@pytest.fixture(scope="package")
def untouched(module_api: Api) -> str:
    """A client, as `client`, for tests of what is refused: none changes anything of it."""
    return module_api.create_client("untouched")
