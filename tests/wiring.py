"""A service on databases of its own, for as long as a fixture lives."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from telecom_privacy import bootstrap
from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import Clock
from telecom_privacy.settings import Settings
from tests import prepared


def own_settings(base: Settings, directory: Path, **more: Any) -> Settings:
    """Settings with databases, root keys and a data directory of their own."""
    places = {"data_dir": directory / "data", "key_dir": directory / "keys"}
    own = replace(base, **places, **more)
    return replace(own, database_prefix=prepared.prefix_for(own))


def revive_months(services: Services) -> None:
    """Take back that index keys were destroyed for good: the clock of a test went on, and back."""
    services.databases.keystore["keys"].delete_many({"destroyed_at": {"$exists": True}})
    services.epoch.advance()


@contextmanager
def wired(settings: Settings, clock: Clock) -> Iterator[Services]:
    """Prepare and wire a service; at the end its databases are empty, or used no more."""
    ready = prepared.prepare(settings)
    services = bootstrap.build_services(settings, clock)
    services.epoch.start()
    yield services
    # A package that is still being made would be written into what the next test gets.
    is_idle = _happens(lambda: services.exports._running == 0, seconds=5)
    services.epoch.stop()
    prepared.give_back(ready if is_idle else None, settings, services.databases)
    services.databases.close()


@contextmanager
def another_worker(services: Services, clock: Clock) -> Iterator[Services]:
    """A second worker on the databases of `services`, which shares nothing else with it."""
    worker = bootstrap.build_services(services.settings, clock)
    worker.epoch.start()
    until(lambda: worker.epoch.current() is not None)
    yield worker
    worker.epoch.stop()
    worker.databases.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait for it; fail if it does not happen."""
    assert _happens(holds, seconds=30), "it did not happen in time"


def _happens(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
