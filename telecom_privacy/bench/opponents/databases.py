"""Databases of the opponents' own, reached as the service reaches its."""

from collections.abc import Iterator
from contextlib import contextmanager

from telecom_privacy.bench.database import fresh
from telecom_privacy.bench.model import Plan
from telecom_privacy.storage.mongo import MongoDatabase, connect


@contextmanager
def own_database(plan: Plan) -> Iterator[MongoDatabase]:
    """Yield an empty database with the service's own concerns."""
    databases = connect(fresh(plan.settings, plan.directory))
    try:
        yield databases.bulk
    finally:
        databases.close()
