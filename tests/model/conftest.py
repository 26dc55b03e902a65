"""A service that is shared by all histories, and a client of its own for each."""

from collections.abc import Callable

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.bootstrap.core import build_core
from telecom_privacy.bootstrap.stored import build_stored
from tests.builders import Api, MovableClock
from tests.http.shared import api, app, clock, services, settings
from tests.model.world import World

__all__ = ["api", "app", "clock", "services", "settings"]

_BULK = ("calls", "segments", "traffic", "withheld", "schedule")
_AUDIT = ("clients", "licences", "erasures", "certificates", "holds")


@pytest.fixture
def new_world(api: Api, services: Services, clock: MovableClock) -> Callable[[], World]:
    """A client each time, in a store that holds nothing of those before."""
    databases = services.databases
    core = build_core(
        services.settings, databases, build_stored(services.settings, databases), clock
    )

    def new() -> World:
        for name in _BULK:
            databases.bulk[name].delete_many({})
        for name in _AUDIT:
            databases.audit[name].delete_many({})
        return World(api, services, core.keys, clock)

    return new
