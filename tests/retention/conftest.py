"""One wired service for each module: its tests have clients of their own, and move one clock."""

from collections.abc import Iterator

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.retention.builders import START, new_client
from tests.wiring import own_settings, revive_months, wired


@pytest.fixture(scope="module")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("retention")
    return own_settings(database_settings, directory)


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    clock = MovableClock()
    clock.set(START)
    return clock


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


@pytest.fixture(autouse=True)
def _alone(services: Services) -> Iterator[None]:
    """Each test begins without the clients of others, which its sweeps would sweep, too."""
    yield
    bulk, audit = services.databases.bulk, services.databases.audit
    stored = ("calls", "traffic", "segments")
    for name in (*stored, "sweeps", "schedule", "clock", "state"):
        bulk[name].delete_many({})
    parties = ("clients", "contract_ends", "licences")
    for name in (*parties, "erasures", "certificates", "certificate_totals", "holds"):
        audit[name].delete_many({})
    revive_months(services)


@pytest.fixture
def client(api: Api) -> str:
    """A client that no other test has."""
    return new_client(api)
