from collections.abc import Iterator

import pytest

from tests.builders import Api, MovableClock
from tests.http.shared import api, app, clock, services, settings
from tests.rights.builders import Desk

__all__ = ["api", "app", "clock", "services", "settings"]


@pytest.fixture
def desk(api: Api, clock: MovableClock) -> Iterator[Desk]:
    """The DPO's desk; a test that moves the clock leaves it as it was."""
    now = clock.now()
    yield Desk(api)
    clock.set(now)
