from collections.abc import Iterator

import pytest

from tests.builders import Api, MovableClock
from tests.disclosure.answers import fresh_number, put_recorded
from tests.disclosure.builders import LegalDesk
from tests.http.shared import api, app, clock, services, settings
from tests.retention.builders import new_client

__all__ = ["api", "app", "clock", "services", "settings"]


@pytest.fixture
def desk(api: Api, clock: MovableClock) -> Iterator[LegalDesk]:
    """Two persons of the legal staff; a test that moves the clock leaves it as it was."""
    now = clock.now()
    yield LegalDesk(api)
    clock.set(now)


@pytest.fixture
def client(api: Api) -> str:
    return new_client(api)


@pytest.fixture
def fresh() -> str:
    """A number with no calls yet."""
    return fresh_number()


@pytest.fixture
def number(api: Api, client: str) -> str:
    """A number with one recorded call."""
    found = fresh_number()
    put_recorded(api, client, "call", **{"from": found})
    return found
