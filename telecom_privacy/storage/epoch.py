"""One number that every worker watches, and caches that die when it moves (DESIGN §3).

A key that was destroyed, an API key that was revoked or a client whose terms changed is noticed by
every worker within a second: the epoch is polled every 250 ms, and once the last successful poll
is older than 750 ms the caches are not used at all.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from pymongo.errors import PyMongoError

from telecom_privacy.storage.cache import BoundedCache
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

_POLL_SECONDS = 0.25
_STALE_SECONDS = 0.75
_MARGIN_SECONDS = 0.05
_DOCUMENT = "epoch"

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Epoch:
    """Watches and advances the epoch document of the keystore."""

    def __init__(self, keystore: MongoDatabase) -> None:
        self._collection = keystore["state"]
        self._value = -1
        self._read_at = float("-inf")
        self._advanced_at = float("-inf")
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start polling. To be called after a worker has forked: threads do not survive a fork."""
        self._thread = threading.Thread(target=self._poll_until_stopped, name="epoch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def current(self) -> int | None:
        """The epoch if it was read less than 750 ms ago, else None: caches must not be used."""
        fresh = time.monotonic() - self._read_at < _STALE_SECONDS
        return self._value if fresh else None

    def advance(self) -> None:
        """Make every worker drop its caches. Raises `Unavailable`."""
        with translating_errors():
            self._collection.update_one({"_id": _DOCUMENT}, {"$inc": {"value": 1}}, upsert=True)
        # A poll that is under way may still bring the old value: it does not count.
        self._advanced_at = time.monotonic()
        self._read_at = float("-inf")

    def outwait(self) -> None:
        """Return once no worker uses what it cached before this process last advanced the epoch."""
        time.sleep(max(self._advanced_at + _STALE_SECONDS + _MARGIN_SECONDS - time.monotonic(), 0))

    def _poll_until_stopped(self) -> None:
        while not self._stopping.is_set():
            self._poll()
            self._stopping.wait(_POLL_SECONDS)

    def _poll(self) -> None:
        asked_at = time.monotonic()
        try:
            document = self._collection.find_one({"_id": _DOCUMENT})
        except PyMongoError:
            return  # the value goes stale, and with it every cache
        if asked_at <= self._advanced_at:
            return
        self._value = document["value"] if document else 0
        self._read_at = asked_at


class EpochCache(Generic[Key, Value]):
    """A cache bounded in number and age whose entries are good for one epoch only."""

    def __init__(self, epoch: Epoch, capacity: int = 10_000, seconds: float = 60) -> None:
        self._epoch = epoch
        self._seconds = seconds
        self._entries: BoundedCache[Key, tuple[int, float, Value]] = BoundedCache(capacity)

    def get_or_load(self, key: Key, load: Callable[[], Value]) -> Value:
        """Return the cached value, or what `load` returns; errors of `load` are not cached."""
        epoch = self._epoch.current()
        if epoch is None:
            return load()
        entry = self._entries.get(key)
        if entry and entry[0] == epoch and time.monotonic() < entry[1]:
            return entry[2]
        value = load()
        # Kept under the epoch seen *before* loading: a change meanwhile makes it stale at once.
        self._entries.put(key, (epoch, time.monotonic() + self._seconds, value))
        return value

    def drop(self, key: Key) -> None:
        self._entries.drop(key)
