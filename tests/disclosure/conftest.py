from collections.abc import Iterator

import pytest

from tests.builders import Api, MovableClock
from tests.disclosure.builders import LegalDesk
from tests.http.shared import api, app, clock, services, settings

__all__ = ["api", "app", "clock", "services", "settings"]


@pytest.fixture
def desk(api: Api, clock: MovableClock) -> Iterator[LegalDesk]:
    """Two persons of the legal staff; a test that moves the clock leaves it as it was."""
    now = clock.now()
    yield LegalDesk(api)
    clock.set(now)
