"""A plaintext that the demo plants in the database to prove that its search would find one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient

from telecom_privacy.storage.mongo import translating_errors

_DATABASE = "demo_scratch"


@contextmanager
def planted(uri: str, document: dict[str, Any]) -> Iterator[None]:
    """Keep `document` unencrypted on disk, in a database of its own, while the block runs.

    Raises `Unavailable`.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(uri)
    with client:
        try:
            with translating_errors():
                client[_DATABASE]["planted"].insert_one(document)
                client.admin.command("fsync")
            yield
        finally:
            with translating_errors():
                client.drop_database(_DATABASE)
