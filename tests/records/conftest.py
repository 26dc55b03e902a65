"""One service for the package, with a trial policy beside the shipped ones."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings, default_config_dir
from tests.builders import MovableClock
from tests.records.builders import RecordApi
from tests.wiring import own_settings, wired

TRIAL = Path(__file__).parent / "trial.toml"


@pytest.fixture(scope="package")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("records")
    config = path / "config"
    shutil.copytree(default_config_dir() / "policies", config / "policies")
    shutil.copy(TRIAL, config / "policies")
    more = {"config_dir": config, "operator_policy": "trial", "max_recording_bytes": 4 * 1024**2}
    return own_settings(database_settings, path, **more)


@pytest.fixture(scope="package")
def package_clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def clock(package_clock: MovableClock) -> Iterator[MovableClock]:
    """The service's clock; back at its time after each test."""
    now = package_clock.now()
    yield package_clock
    package_clock.set(now)


@pytest.fixture(scope="package")
def services(settings: Settings, package_clock: MovableClock) -> Iterator[Services]:
    with wired(settings, package_clock) as services:
        yield services


@pytest.fixture(scope="package")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture(scope="package")
def package_api(app: Flask, services: Services, package_clock: MovableClock) -> RecordApi:
    return RecordApi(app, services.accounts, package_clock)


@pytest.fixture
def api(package_api: RecordApi, clock: MovableClock) -> RecordApi:
    """The service over (in-process) HTTP; a test that moves the clock leaves it as it was."""
    return package_api


@pytest.fixture
def alone(services: Services) -> None:
    """For a test that sweeps: without the clients of others, which it would sweep, too."""
    operator = [one.id for one in services.clients.all() if one.is_operator]
    services.databases.audit["clients"].delete_many({"_id": {"$nin": operator}})


@pytest.fixture
def client(api: RecordApi) -> str:
    """A client of this test's own under the trial policy, with two licences."""
    licences = ("licence-1", "licence-2")
    return api.create_client(f"client-{uuid4().hex[:8]}", licences=licences, policy="trial")
