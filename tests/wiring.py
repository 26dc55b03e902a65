"""A service on databases of its own, for as long as a fixture lives.

To make a set of databases with all indexes takes longer than most tests: a set that was emptied is
used again by the next test of the process.
"""

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
from telecom_privacy.storage.mongo import Databases, MongoDatabase, connect

_MOST_TO_EMPTY = 500
"""Documents of a collection that are emptied out; with more, a set is used no more."""

_emptied: set[str] = set()
"""Prefixes of the databases that are there with all collections and indexes, and without data."""

_used_up: set[str] = set()


def own_settings(base: Settings, directory: Path, **more: Any) -> Settings:
    """Settings with databases, root keys and a data directory of their own."""
    return replace(
        base,
        database_prefix=_emptied.pop() if _emptied else f"test_{uuid4().hex[:12]}",
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
    """Prepare and wire a service; at the end its databases are empty, or used no more."""
    preparation.prepare(settings)
    services = bootstrap.build_services(settings, clock)
    services.epoch.start()
    yield services
    services.epoch.stop()
    left = _emptied if _are_emptied(services.databases) else _used_up
    left.add(settings.database_prefix)
    services.databases.close()


def drop_databases(base: Settings) -> None:
    """Drop the databases of all tests of this process; an embedded server's go with its files."""
    for prefix in _emptied | _used_up:
        databases = connect(replace(base, database_prefix=prefix))
        for database in _all(databases):
            database.client.drop_database(database.name)
        databases.close()


def _are_emptied(databases: Databases) -> bool:
    collections = [
        database[name] for database in _all(databases) for name in database.list_collection_names()
    ]
    if any(one.estimated_document_count() > _MOST_TO_EMPTY for one in collections):
        return False
    for collection in collections:
        collection.delete_many({})
    return True


def _all(databases: Databases) -> tuple[MongoDatabase, ...]:
    return databases.bulk, databases.keystore, databases.audit
