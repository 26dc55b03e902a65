"""One wired service for each module, whose time only goes on; each test has its own client.

For the package it would grow: what was erased once is gone through by every later replay.
"""

from collections.abc import Iterator

import pytest

from telecom_privacy.bootstrap import Services
from tests.calls.shared import client
from tests.http.shared import api, app, clock, services, settings

__all__ = ["api", "app", "client", "clock", "services", "settings"]


@pytest.fixture(autouse=True)
def _alone(services: Services) -> Iterator[None]:
    """Each test begins without the data and the holds of others."""
    yield
    databases = services.databases
    for name in ("holds", "clients", "licences"):
        databases.audit[name].delete_many({})
    for name in ("withheld", "calls", "traffic", "segments"):
        databases.bulk[name].delete_many({})
