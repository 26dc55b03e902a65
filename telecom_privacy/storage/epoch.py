"""One number that every worker watches, and caches that die when it moves (DESIGN §3).

A key that was destroyed, an API key that was revoked or a client whose terms changed is noticed by
every worker within a second: the epoch is polled every 250 ms, and once the last successful poll
is older than 750 ms the caches are not used at all.

What is destroyed all the time, record keys, does not move the number: its names go through a ring
beside it (`storage.ring`), and only what they name is dropped.
"""

import secrets
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from pymongo.errors import PyMongoError

from telecom_privacy.storage.cache import BoundedCache
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.ring import COUNT, WITHOUT_NAMES, Ring, adding, ring_from

_POLL_SECONDS = 0.25
_STALE_SECONDS = 0.75
_MARGIN_SECONDS = 0.05
_DOCUMENT = "epoch"
_VALUE_BITS = 62
"""It is counted up from there, and must stay a 64-bit integer."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Seen(NamedTuple):
    """What the document held when it was asked for last."""

    value: int
    rotation: int
    asked_at: float
    ring: Ring

    def destroyed_since(self, earlier: "Seen") -> Sequence[bytes] | None:
        """The names of what was destroyed after `earlier`; None: anything may have been."""
        return self.ring.added_since(earlier.ring) if self.value == earlier.value else None


_NEVER = Seen(-1, -1, float("-inf"), Ring())


class Epoch:
    """Watches and advances the epoch document of the keystore.

    It also counts the rotations of keys. Whoever stores something wrapped under a cached key asks
    for `rotation` before it takes the key and after it has stored: if the number is the same, a
    rotation that began meanwhile will find what was stored, because it waits until the caches
    are dead before it looks.
    """

    def __init__(self, keystore: MongoDatabase) -> None:
        self._collection = keystore["state"]
        self._seen = _NEVER
        self._advanced_at = float("-inf")
        self._lock = threading.Lock()
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
        seen = self.fresh()
        return seen.value if seen else None

    def fresh(self) -> Seen | None:
        """What was read less than 750 ms ago, with the ring; None as for `current`."""
        seen = self._seen
        return seen if _is_fresh(seen) else None

    def rotation(self) -> int:
        """The number of rotations begun, as of less than 750 ms ago. Raises `Unavailable`."""
        seen = self._seen
        if not _is_fresh(seen):
            with translating_errors():
                seen = self._ask()
        return seen.rotation

    def advance(self) -> None:
        """Make every worker drop its caches. Raises `Unavailable`."""
        self._change({"$inc": {"value": 1}})

    def restart(self) -> None:
        """Give the epoch a value that it never had: no cache from before a restore lives on.

        By chance, not by the time: a clock may go back, too. Raises `Unavailable`.
        """
        self._change({"$set": {"value": secrets.randbits(_VALUE_BITS)}})

    def begin_rotation(self, number: int) -> None:
        """Count a rotation, so that all who are storing notice it, and make caches stale.

        May be repeated. Raises `Unavailable`.
        """
        self._change({"$inc": {"value": 1}, "$max": {"rotation": number}})

    def announce(self, names: Sequence[bytes]) -> None:
        """Make every worker drop what is named, and nothing else. Raises `Unavailable`."""
        self._update(adding(names))

    def _change(self, change: Document) -> None:
        self._update(change)
        with self._lock:
            # A poll that is under way may still bring the old value: it does not count.
            self._advanced_at = time.monotonic()
            self._seen = _NEVER

    def _update(self, change: Document) -> None:
        with translating_errors():
            self._collection.update_one({"_id": _DOCUMENT}, change, upsert=True)

    def outwait(self) -> None:
        """Return once no worker uses what it cached before this process last advanced the epoch."""
        time.sleep(max(self._advanced_at + _STALE_SECONDS + _MARGIN_SECONDS - time.monotonic(), 0))

    def _poll_until_stopped(self) -> None:
        while not self._stopping.is_set():
            with suppress(PyMongoError):  # the value goes stale, and with it every cache
                self._ask()
            self._stopping.wait(_POLL_SECONDS)

    def _ask(self) -> Seen:
        asked_at = time.monotonic()
        seen = self._read(asked_at)
        with self._lock:
            # Of several answers the one to the latest question counts.
            if asked_at > max(self._advanced_at, self._seen.asked_at):
                self._seen = seen
        return seen

    def _read(self, asked_at: float) -> Seen:
        """Read the document; the ring, which is long, only if it may have moved."""
        known = self._seen
        document = self._collection.find_one({"_id": _DOCUMENT}, WITHOUT_NAMES) or {}
        ring = known.ring
        if (document.get("value", 0), document.get(COUNT, 0)) != (known.value, ring.count):
            document = self._collection.find_one({"_id": _DOCUMENT}) or {}
            ring = ring_from(document)
        return Seen(document.get("value", 0), document.get("rotation", 0), asked_at, ring)


def _is_fresh(seen: Seen) -> bool:
    return time.monotonic() - seen.asked_at < _STALE_SECONDS


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
