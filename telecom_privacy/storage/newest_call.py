"""When the newest of all calls ended: platforms' clocks, which bear witness to ours."""

from datetime import datetime
from time import monotonic

from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

_NOTED_EVERY_SECONDS = 60.0
_DOCUMENT = "newest-call"


class NewestCall:
    """One document of the collection `state`. Each process notes a call a minute at most."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["state"]
        self._noted_at = float("-inf")

    def note(self, ended_at: datetime) -> None:
        if monotonic() - self._noted_at < _NOTED_EVERY_SECONDS:
            return
        change = {"$max": {"ended_at": ended_at}}
        with translating_errors():
            self._collection.update_one({"_id": _DOCUMENT}, change, upsert=True)
        self._noted_at = monotonic()

    def read(self) -> datetime | None:
        """None if no call was ever handed in."""
        with translating_errors():
            found = self._collection.find_one({"_id": _DOCUMENT})
        return found["ended_at"] if found else None
