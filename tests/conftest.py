"""One real database for the whole session, a fresh set of databases for each test that asks."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from tests.builders import Api, MovableClock
from tests.prepared import drop_databases
from tests.routing import compile_routes_once
from tests.wiring import own_settings, wired

_LAST_WORDS = 4_000
"""Characters of the embedded database's log that a failed test shows."""

_URIS = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")

compile_routes_once()


_LOG = pytest.StashKey[Path]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test what the database said: it is a beta, and may be the reason."""
    report = yield
    log = item.config.stash.get(_LOG, None)
    if report.failed and log and (said := log.read_text(errors="replace")):
        report.sections.append(("embedded database", said[-_LAST_WORDS:]))
    return report


@pytest.fixture(scope="session")
def database_settings(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """Settings that name a database: the one of the environment, else an embedded one."""
    given = {
        PREFIX + name: os.environ[PREFIX + name] for name in _URIS if PREFIX + name in os.environ
    }
    if given:
        base = Settings.from_environment(given)
        yield base
        drop_databases(base)
        return
    directory = tmp_path_factory.mktemp("database")
    with EmbeddedServer.start(directory) as server:
        request.config.stash[_LOG] = directory / "embedded.log"
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
