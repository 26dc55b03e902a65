"""In which order a sweeper works on the pairs of the schedule."""

from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import TypeAlias
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import Pair
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.errors import Unavailable

_ASKED_EVERY = 0.25
_ASKED_WHOLLY_EVERY = 5.0
_OVERLAP = timedelta(seconds=1)  # what other machines note may be dated a moment back
_MOST_OPEN = 16
"""Turns under way, each of which holds a cursor of the database."""

Turn: TypeAlias = Generator[int, None, None]
"""A look at a pair: yields after each batch how many records went."""


class Agenda:
    """What has just become due goes first; backlogs share the rest of the time.

    So a record is erased soon after its term whatever else waits, and a client with a million due
    records keeps no other waiting. `step` may be called by several threads at once, the rest by
    one: to make an erasure durable is mostly waiting.
    """

    def __init__(self, schedule: Schedule, begin: Callable[[Pair], Turn], clock: Clock) -> None:
        self._schedule = schedule
        self._begin = begin
        self._clock = clock
        self._fresh: dict[Pair, None] = {}
        self._waiting: dict[Pair, None] = {}
        self._open: deque[tuple[Pair, Turn]] = deque()
        self._busy: set[UUID] = set()
        self._lock = Lock()
        self._asked_until: datetime | None = None
        self._asked_at = self._asked_wholly_at = float("-inf")
        self._is_openers_turn = False

    @property
    def waiting(self) -> int:
        """How many pairs are to be looked at, as far as is known."""
        return len(self._fresh) + len(self._waiting) + len(self._open)

    def take_over(self) -> None:
        """Put back what a sweeper that died had taken away. Raises `Unavailable`."""
        self._schedule.resume(timedelta(0))

    def refill(self) -> None:
        """Ask the schedule, unless it was asked a moment ago. Raises `Unavailable`."""
        if self.waiting and monotonic() - self._asked_at < _ASKED_EVERY:
            return
        self._asked_at, now = monotonic(), self._clock.now()
        if self.waiting and self._asked_until:
            self._add(self._schedule.due(now, self._asked_until - _OVERLAP), self._fresh)
        if not self.waiting or self._asked_at - self._asked_wholly_at > _ASKED_WHOLLY_EVERY:
            self._asked_wholly_at = self._asked_at
            self._add(self._schedule.due(now), self._waiting)
        self._asked_until = now

    def step(self) -> int:
        """Erase one batch, or find nothing due any more. Returns how many records went.

        Of one client at a time one pair is worked on: what depends on another record goes before
        it, and not beside it.
        """
        with self._lock:
            chosen = self._next()
            if chosen is None:
                return 0
            pair, turn = chosen
            self._busy.add(pair.client_id)
        try:
            return self._take(pair, turn)
        finally:
            with self._lock:
                self._busy.discard(pair.client_id)

    def _take(self, pair: Pair, turn: Turn) -> int:
        try:
            erased = next(turn)
        except StopIteration:
            return 0
        except BaseException:
            with self._lock:
                self._waiting[pair] = None  # whatever it was, the pair is not forgotten
            raise
        with self._lock:
            self._open.append((pair, turn))
            oldest = self._open.popleft() if len(self._open) > _MOST_OPEN else None
        if oldest:
            self._close(*oldest)
        return erased

    def abandon(self) -> None:
        """End the turns under way; their pairs wait for another."""
        while self._open:
            self._close(*self._open.popleft())

    def clear(self) -> None:
        """Leave everything to whoever works next."""
        self.abandon()
        self._fresh.clear()
        self._waiting.clear()

    def _next(self) -> tuple[Pair, Turn] | None:
        """What to do next; None while others work on all that is left."""
        fresh = self._first_idle(self._fresh)
        self._is_openers_turn = not self._is_openers_turn
        if fresh is None and self._is_openers_turn and (opened := self._opened()):
            return opened
        pair = fresh or self._first_idle(self._waiting)
        if pair is None:
            return self._opened()
        (self._fresh if pair in self._fresh else self._waiting).pop(pair)
        return pair, self._begin(pair)

    def _first_idle(self, queue: dict[Pair, None]) -> Pair | None:
        return next((pair for pair in queue if pair.client_id not in self._busy), None)

    def _opened(self) -> tuple[Pair, Turn] | None:
        for _ in range(len(self._open)):
            pair, turn = self._open.popleft()
            if pair.client_id not in self._busy:
                return pair, turn
            self._open.append((pair, turn))
        return None

    def _add(self, pairs: list[Pair], queue: dict[Pair, None]) -> None:
        known = {pair for pair, _ in self._open} | self._fresh.keys() | self._waiting.keys()
        queue.update(dict.fromkeys(pair for pair in pairs if pair not in known))

    def _close(self, pair: Pair, turn: Turn) -> None:
        self._waiting[pair] = None
        with suppress(Unavailable):
            turn.close()
