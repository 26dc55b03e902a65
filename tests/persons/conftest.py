"""One wired service for the package; each test has a client of its own."""

import pytest
from flask import Flask

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.calls.shared import api, app, client, clock, module_api, module_clock, services, settings
from tests.persons.builders import Desk

__all__ = ["api", "app", "client", "clock", "module_api", "module_clock", "services", "settings"]


@pytest.fixture
def desk(api: Api, client: str, app: Flask, services: Services, clock: MovableClock) -> Desk:
    """The test's own client."""
    found = Desk(app, services.accounts, clock)
    found.client, found._keys = client, api._keys
    return found
