"""One wired service for the package, whose time only goes on; each test has a client of its own."""

from collections.abc import Iterator

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.calls.shared import app, client, module_api, module_clock, services, settings

__all__ = ["app", "client", "module_api", "module_clock", "services", "settings"]


@pytest.fixture
def api(module_api: Api) -> Api:
    return module_api


@pytest.fixture
def clock(module_clock: MovableClock) -> MovableClock:
    return module_clock


@pytest.fixture(autouse=True)
def _alone(services: Services) -> Iterator[None]:
    """Each test begins without the data and the holds of others."""
    yield
    databases = services.databases
    for name in ("holds", "clients", "licences"):
        databases.audit[name].delete_many({})
    for name in ("withheld", "calls", "traffic", "segments"):
        databases.bulk[name].delete_many({})
