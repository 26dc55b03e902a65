"""Whether the clock may be trusted with erasing: a wrong one would erase everything at once.

It is compared with what does not follow it: the time since the machine started, the database's
clock, and the times of arriving calls. Reading by term goes on as it is: nothing is lost by it.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeAlias

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.errors import ClockMistrusted
from telecom_privacy.retention.model import Observation
from telecom_privacy.retention.repository import ClockRepository

_TOLERANCE = timedelta(minutes=5)
_CALLS_CONFIRM_WITHIN = timedelta(days=1)
_COMPARED_EVERY_SECONDS = 10.0
_REMEMBERED_EVERY = timedelta(minutes=1)
_log = logging.getLogger("telecom_privacy.retention")

Witness: TypeAlias = Callable[[], datetime]
"""Tells what time it is on another clock."""


class ClockGuard:
    """Remembers the clock of each start of a machine, and of what it was seen to do.

    `absence` is how long all machines may plausibly have been switched off. `witness` is the
    database's clock, None where there is none to compare with.
    """

    def __init__(
        self,
        repository: ClockRepository,
        clock: Clock,
        witness: Witness | None,
        audit: AuditLog,
        absence: timedelta,
    ) -> None:
        self._repository = repository
        self._clock = clock
        self._witness = witness
        self._audit = audit
        self._absence = absence
        self._first: Observation | None = None
        self._remembered_at: datetime | None = None
        self._compared_at = float("-inf")
        self._doubt: str | None = None
        self._has_concluded = False

    def require_trusted(self) -> None:
        """Raise `ClockMistrusted` with the reason, `Unavailable` while the database is away."""
        if doubt := self.doubt():
            raise ClockMistrusted(f"nothing is erased by term: {doubt}")

    def is_trusted(self) -> bool:
        return self.doubt() is None

    def doubt(self) -> str | None:
        """Tell why the clock is not trusted; None if it is. Cheap; may be asked all the time."""
        now = self._clock.now()
        if self._first and (jump := self._jump(self._first, now)):
            return self._conclude(jump)
        is_old = monotonic() - self._compared_at >= _COMPARED_EVERY_SECONDS
        if self._first is None or self._doubt or is_old:
            self._compared_at = monotonic()
            return self._conclude(self._compare(now))
        return self._doubt

    def is_erasing_paused(self) -> bool:
        """Tell whether any process, perhaps of another machine, doubts its clock.

        Raises `Unavailable`.
        """
        return self._repository.fetch_doubt() is not None

    def accept(self, actor: str, who: str) -> None:
        """Trust the clock as it is now, because a human has looked at it; the log tells who.

        How far the database's clock is off is taken for granted from now on.
        """
        now, doubt = self._clock.now(), self.doubt()
        details = {"who": who, "doubt": doubt or "none"}
        self._audit.append([Event("clock.accepted", actor, now, None, details)])
        self._first = replace(self._observation(now), offset=self._offset(now))
        self._repository.save(self._first)
        self._conclude(None)

    def _compare(self, now: datetime) -> str | None:
        first = self._repository.fetch(self._clock.boot())
        if first is None:
            return self._compare_with_other_starts(now)
        doubt = self._jump(first, now) or self._differs(first, now)
        return doubt or self._trusting(first, now)

    def _compare_with_other_starts(self, now: datetime) -> str | None:
        seen_at = self._repository.fetch_last_seen()
        if seen_at is not None:
            if now < seen_at - _TOLERANCE:
                return f"the clock is back before {seen_at:%Y-%m-%d %H:%M} UTC, when it was right"
            if now - seen_at > self._absence and not self._calls_confirm(now):
                days = (now - seen_at).days
                return f"it went on by {days} days since it was last seen, and no call confirms it"
        first = self._observation(now)
        return self._differs(first, now) or self._trusting(first, now)

    def _jump(self, first: Observation, now: datetime) -> str | None:
        """How the wall clock moved against the time since the machine started."""
        passed = timedelta(seconds=self._clock.elapsed() - first.elapsed)
        by = now - (first.wall + passed)
        return f"the clock jumped by {_words(by)}" if abs(by) > _TOLERANCE else None

    def _differs(self, first: Observation, now: datetime) -> str | None:
        by = self._offset(now) - first.offset
        if abs(by) <= _TOLERANCE:
            return None
        return f"the clock and the database's differ by {_words(by)}"

    def _offset(self, now: datetime) -> timedelta:
        return now - self._witness() if self._witness else timedelta(0)

    def _calls_confirm(self, now: datetime) -> bool:
        newest = self._repository.fetch_newest_call()
        return newest is not None and abs(now - newest) <= _CALLS_CONFIRM_WITHIN

    def _trusting(self, first: Observation, now: datetime) -> str | None:
        """Remember that the clock went on as it should: there is no doubt."""
        if self._remembered_at is None or now - self._remembered_at >= _REMEMBERED_EVERY:
            self._repository.save(replace(first, seen_at=now))
            self._remembered_at = now
        self._first = first
        return None

    def _observation(self, now: datetime) -> Observation:
        return Observation(self._clock.boot(), now, self._clock.elapsed(), timedelta(0), now)

    def _conclude(self, doubt: str | None) -> str | None:
        if bool(doubt) != bool(self._doubt) or not self._has_concluded:
            if doubt:
                _log.critical("nothing is erased by term", extra={"fields": {"clock": doubt}})
            self._repository.save_doubt(doubt, self._clock.now())
            self._has_concluded = True
        self._doubt = doubt
        return doubt


def _words(by: timedelta) -> str:
    """`+400 days`, `-3 hours`, `+7 minutes`."""
    sign, seconds = "-" if by < timedelta(0) else "+", abs(by).total_seconds()
    for unit, length in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * length:
            return f"{sign}{int(seconds // length)} {unit}"
    return f"{sign}{int(seconds // 60)} minutes"
