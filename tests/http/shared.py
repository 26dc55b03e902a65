"""One service for all tests of a module, which use clients of their own.

Creating and dropping databases takes seconds; most tests of the edge need no empty ones.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.wiring import own_settings, wired

__all__ = ["api", "app", "clock", "services", "settings"]


@pytest.fixture(scope="module")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("service")
    return own_settings(database_settings, directory)


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="module")
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    with wired(settings, clock) as services:
        yield services


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture(scope="module")
def api(app: Flask, services: Services, clock: MovableClock) -> Api:
    return Api(app, services.accounts, clock)
