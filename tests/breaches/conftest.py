from collections.abc import Iterator

import pytest

from tests.breaches.builders import CLIENT, OTHER, BreachDesk
from tests.builders import Api, MovableClock
from tests.http.shared import api, app, clock, services, settings

__all__ = ["api", "app", "clock", "services", "settings"]


@pytest.fixture(scope="module")
def clients(api: Api) -> tuple[str, str]:
    return api.create_client(CLIENT), api.create_client(OTHER)


@pytest.fixture
def desk(api: Api, clock: MovableClock, clients: tuple[str, str]) -> Iterator[BreachDesk]:
    """The DPO's desk; a test that moves the clock leaves it as it was."""
    now = clock.now()
    yield BreachDesk(api)
    clock.set(now)
