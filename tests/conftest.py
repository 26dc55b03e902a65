"""One real database for the whole session, a fresh set of databases for each test that asks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from tests.builders import Api, MovableClock
from tests.wiring import drop_databases, own_settings, wired

_URIS = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")


@pytest.fixture(scope="session")
def database_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that name a database: the one of the environment, else an embedded one."""
    given = {
        PREFIX + name: os.environ[PREFIX + name] for name in _URIS if PREFIX + name in os.environ
    }
    if given:
        base = Settings.from_environment(given)
        yield base
        drop_databases(base)
        return
    with EmbeddedServer.start(tmp_path_factory.mktemp("database")) as server:
        yield Settings.from_environment({PREFIX + name: server.uri for name in _URIS})


@pytest.fixture
def settings(database_settings: Settings, tmp_path: Path) -> Settings:
    """Settings with databases, root keys and a data directory of their own."""
    return own_settings(database_settings, tmp_path)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    """A wired service whose time the test moves. Nothing of it is left for the next test."""
    with wired(settings, clock) as services:
        yield services


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def api(app: Flask, services: Services, clock: MovableClock) -> Api:
    """The service over (in-process) HTTP, with an API key for every role."""
    return Api(app, services.accounts, clock)
