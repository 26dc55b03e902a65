"""A service on databases of its own, for as long as a fixture lives."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from telecom_privacy import bootstrap, preparation
from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import Clock
from telecom_privacy.settings import Settings


def own_settings(base: Settings, directory: Path, **more: Any) -> Settings:
    """Settings with databases, root keys and a data directory of their own."""
    return replace(
        base,
        database_prefix=f"test_{uuid4().hex[:12]}",
        data_dir=directory / "data",
        key_dir=directory / "keys",
        **more,
    )


def revive_months(services: Services) -> None:
    """Take back that index keys were destroyed for good: the clock of a test went on, and back."""
    services.databases.keystore["keys"].delete_many({"destroyed_at": {"$exists": True}})
    services.epoch.advance()


@contextmanager
def wired(settings: Settings, clock: Clock) -> Iterator[Services]:
    """Prepare and wire a service; its databases are dropped at the end."""
    preparation.prepare(settings)
    services = bootstrap.build_services(settings, clock)
    services.epoch.start()
    yield services
    services.epoch.stop()
    databases = services.databases
    for database in (databases.bulk, databases.keystore, databases.audit):
        database.client.drop_database(database.name)
    databases.close()
