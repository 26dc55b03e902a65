"""One service for all tests of a module, which use clients of their own.

Creating and dropping databases takes seconds; most tests of the edge need no empty ones.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from telecom_privacy import bootstrap, preparation
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock

__all__ = ["api", "app", "clock", "services", "settings"]


@pytest.fixture(scope="module")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("service")
    return replace(
        database_settings,
        database_prefix=f"test_{uuid4().hex[:12]}",
        data_dir=directory / "data",
        key_dir=directory / "keys",
    )


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="module")
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    preparation.prepare(settings)
    services = bootstrap.build_services(settings, clock)
    services.epoch.start()
    yield services
    services.epoch.stop()
    databases = services.databases
    for database in (databases.bulk, databases.keystore, databases.audit):
        database.client.drop_database(database.name)
    databases.close()


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture(scope="module")
def api(app: Flask, services: Services, clock: MovableClock) -> Api:
    return Api(app, services.accounts, clock)
