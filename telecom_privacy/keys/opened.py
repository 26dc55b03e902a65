"""The record keys that a worker has opened (DESIGN §3): bounded in number and in age.

They are used while the epoch is fresh, and a key that is destroyed is dropped in every worker
within a second. The whole epoch is not advanced for it: something is erased at all times.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.storage.epoch import Epoch, Seen

_PAGE_BYTES = 16
_MOST_OF_A_PAGE = 8
"""If more keys of a page are destroyed at once, the whole page is named."""

_REMEMBERED_SECONDS = 10.0
"""Twice as long as it may take to destroy a key that was announced, and to read one."""

Bindings = Mapping[KeyReference, Binding]
Load = Callable[[Bindings], dict[KeyReference, bytes]]


@dataclass(frozen=True, slots=True)
class CacheBounds:
    """How many record keys a worker keeps opened (0: none), and for how many seconds at most."""

    keys: int = 10_000
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class _Opened:
    binding: Binding
    key: bytes = field(repr=False)
    until: float


class OpenedKeys:
    """Safe between threads."""

    def __init__(self, epoch: Epoch, bounds: CacheBounds) -> None:
        self._epoch = epoch
        self._bounds = bounds
        self._keys: OrderedDict[bytes, _Opened] = OrderedDict()
        self._followed: Seen | None = None
        self._announced: OrderedDict[bytes, float] = OrderedDict()
        self._blind_until = float("-inf")
        self._lock = threading.Lock()

    def find_or_load(self, bindings: Bindings, load: Load) -> dict[KeyReference, bytes]:
        """Return the keys of these places, each as it was opened before or as `load` opens it.

        What `load` does not find is not there; its errors pass through, and nothing is kept.
        """
        before, found = self._find(bindings)
        missing = {at: binding for at, binding in bindings.items() if at not in found}
        if missing:
            loaded = load(missing)
            if before:
                self._keep(before, missing, loaded)
            found |= loaded
        return found

    @contextmanager
    def destroying(self, references: Collection[KeyReference]) -> Iterator[None]:
        """Let no worker use these keys, by a second after they were destroyed inside.

        They are announced before, so that a process that is killed inside leaves none in use for
        long; a worker that reads one in between remembers the announcement, and does not keep it.
        Should it take longer than that is remembered, they are announced again. Raises
        `Unavailable`.
        """
        names, began = _names(references), time.monotonic()
        self._announce(names)
        yield
        if time.monotonic() - began > _REMEMBERED_SECONDS / 2:
            self._announce(names)

    def _find(self, bindings: Bindings) -> tuple[Seen | None, dict[KeyReference, bytes]]:
        """What is kept, and what was seen before; None: nothing may be kept either."""
        with self._lock:
            seen = self._follow()
            if seen is None:
                return None, {}
            found = {at: self._get(at, binding) for at, binding in bindings.items()}
        return seen, {at: key for at, key in found.items() if key}

    def _get(self, reference: KeyReference, binding: Binding) -> bytes | None:
        opened = self._keys.get(name := _name(reference))
        if opened is None or opened.binding != binding or opened.until < time.monotonic():
            return None
        self._keys.move_to_end(name)
        return opened.key

    def _keep(self, before: Seen, bindings: Bindings, loaded: Mapping[KeyReference, bytes]) -> None:
        """Keep what was loaded after `before` was seen, but for what may be destroyed by now."""
        now = time.monotonic()
        until = now + self._bounds.seconds
        with self._lock:
            seen = self._follow()
            if seen is None or seen.destroyed_since(before) is None:
                return
            if now < self._blind_until or now - before.asked_at > _REMEMBERED_SECONDS / 2:
                return
            for at, key in loaded.items():
                if at.page.bytes not in self._announced and _name(at) not in self._announced:
                    self._keys[_name(at)] = _Opened(bindings[at], key, until)
            while len(self._keys) > self._bounds.keys:
                self._keys.popitem(last=False)

    def _follow(self) -> Seen | None:
        """Drop what the epoch says was destroyed. To be called with the lock."""
        seen = self._epoch.fresh()
        if seen and seen is not self._followed:
            self._remember(seen)
            gone = seen.destroyed_since(self._followed) if self._followed else None
            if gone is None:
                self._keys.clear()
            else:
                self._drop(gone)
            self._followed = seen
        return seen

    def _remember(self, seen: Seen) -> None:
        """Remember what was announced since the last time, or that not all of it is known."""
        now, known = time.monotonic(), self._followed
        added = seen.ring.added_since(known.ring) if known else seen.ring.names
        if added is None or (known is None and seen.ring.is_full):
            self._blind_until = now + _REMEMBERED_SECONDS
        for name in added or ():
            self._announced.pop(name, None)  # the latest last
            self._announced[name] = now + _REMEMBERED_SECONDS
        while self._announced and next(iter(self._announced.values())) < now:
            self._announced.popitem(last=False)

    def _announce(self, names: Collection[bytes]) -> None:
        if names:
            self._epoch.announce(list(names))
            with self._lock:
                self._drop(names)

    def _drop(self, names: Collection[bytes]) -> None:
        for name in names:
            self._keys.pop(name, None)
        if pages := {name for name in names if len(name) == _PAGE_BYTES}:
            for name in [name for name in self._keys if name[:_PAGE_BYTES] in pages]:
                del self._keys[name]


def _name(reference: KeyReference) -> bytes:
    """What the ring calls a key: the bytes of its page, and its slot. A page alone is all of it."""
    return reference.page.bytes + reference.slot.encode()


def _names(references: Collection[KeyReference]) -> list[bytes]:
    pages: dict[bytes, list[bytes]] = {}
    for reference in references:
        pages.setdefault(reference.page.bytes, []).append(_name(reference))
    named = ([page] if len(slots) > _MOST_OF_A_PAGE else slots for page, slots in pages.items())
    return [name for some in named for name in some]
