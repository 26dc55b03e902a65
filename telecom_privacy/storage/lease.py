"""A lease in the database: of several workers, one does a periodic task."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

from pymongo.errors import DuplicateKeyError

from telecom_privacy.clock import CLOCK_TOLERANCE
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

KeepAlive: TypeAlias = Callable[[], None]
"""Called between the pieces of long work, to extend its lease: raises where it is to end."""


class Lease:
    """Held by one owner until it runs out; the owner may extend it.

    One that lies too far ahead was taken by a clock that was wrong, and is free, unless
    `outlasts_clocks`: then a machine whose own clock is behind cannot take it away either.
    """

    def __init__(
        self,
        database: MongoDatabase,
        name: str,
        duration: timedelta,
        outlasts_clocks: bool = False,
    ) -> None:
        self._collection = database["state"]
        self._outlasts_clocks = outlasts_clocks
        self._name = name
        self._duration = duration

    def take(self, owner: str, now: datetime) -> bool:
        """Take the lease, or extend one's own. False while another holds it."""
        value = {"owner": owner, "until": now + self._duration}
        own, free = {"owner": owner}, {"until": {"$lt": now}}
        # Taken by a clock that was wrong: it would be held for ever.
        impossible = {"until": {"$gt": now + self._duration + CLOCK_TOLERANCE}}
        conditions = (own, free) if self._outlasts_clocks else (own, free, impossible)
        with translating_errors():
            for condition in conditions:
                query = {"_id": self._name, **condition}
                if self._collection.update_one(query, {"$set": value}).matched_count:
                    return True
            try:
                self._collection.insert_one({"_id": self._name, **value})
            except DuplicateKeyError:
                return False
        return True

    def take_turn(self, now: datetime) -> bool:
        """Take the lease as a new owner each time: it runs out, and so spaces the turns."""
        return self.take(str(uuid4()), now)

    def release(self, owner: str) -> None:
        with translating_errors():
            self._collection.delete_one({"_id": self._name, "owner": owner})

    def until(self) -> datetime | None:
        """Until when it is held unless it is extended; None if nobody holds it."""
        with translating_errors():
            found = self._collection.find_one({"_id": self._name})
        return found["until"] if found else None

    def owner(self) -> str | None:
        with translating_errors():
            found = self._collection.find_one({"_id": self._name})
        return found["owner"] if found else None
