"""The sweeper: erases what falls due within moments, all day long."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic
from uuid import uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.errors import TelecomPrivacyError, Unavailable
from telecom_privacy.retention.agenda import Agenda
from telecom_privacy.retention.chores import Chores, Rhythm
from telecom_privacy.retention.clock_guard import ClockGuard
from telecom_privacy.retention.model import SweeperState, SweeperStatus
from telecom_privacy.storage.lease import Lease

CERTIFY = "certify"
"""The chore that is due at once when a burst is over."""

_THREADS = 6
_PAUSE_SECONDS = 0.25
_AWAY_SECONDS = 1.0
_LEASE_KEPT_EVERY = 0.5
_SHOWN_EVERY = 1.0
_BURST_IS_OVER_AFTER = 2.0
_log = logging.getLogger("telecom_privacy.retention")

Show = Callable[[SweeperStatus], None]


class Sweeper:
    """Works while it holds the lease; several may run, and one takes over from one that dies."""

    def __init__(
        self, lease: Lease, agenda: Agenda, guard: ClockGuard, chores: Chores, clock: Clock
    ) -> None:
        self._owner = str(uuid4())
        self._lease = lease
        self._agenda = agenda
        self._guard = guard
        self._chores = chores
        self._clock = clock
        self._lease_rhythm = Rhythm(_LEASE_KEPT_EVERY)
        self._shown_rhythm = Rhythm(_SHOWN_EVERY)
        self._threads = ThreadPoolExecutor(_THREADS, "sweeper")
        self._leads = False
        self._erased_at = float("-inf")
        self._status = SweeperStatus()
        self._show: Show = lambda _: None

    def run(self, stopping: Event, show: Show) -> None:
        """Work until `stopping` is set. A database that is away is waited for.

        `show` is told how far it is: about once a second while it works, and when its state
        changes.
        """
        self._show = show
        self._chores.start()
        try:
            while not stopping.wait(_PAUSE_SECONDS):
                self._try_cycle(stopping)
        finally:
            self._chores.stop()
            self._threads.shutdown()
            self._resign()

    def _try_cycle(self, stopping: Event) -> None:
        try:
            self._cycle(stopping)
        except TelecomPrivacyError as error:
            self._wait(type(error).__name__, stopping)
        except Exception:
            # Whatever it is, what falls due next must not wait for somebody to notice.
            _log.exception("the sweeper failed and goes on")
            self._wait("failed", stopping)

    def _cycle(self, stopping: Event) -> None:
        if not self._may_work():
            return
        if self._status.state is not SweeperState.BUSY:
            self._enter(SweeperState.IDLE)
        self._agenda.refill()
        while self._agenda.waiting and not stopping.is_set() and self._may_work():
            self._note(self._steps())
            self._agenda.refill()
        if monotonic() - self._erased_at >= _BURST_IS_OVER_AFTER and not self._agenda.waiting:
            self._rest()

    def _steps(self) -> int:
        """Take a step in each thread; return how many records went. Raises as a step does."""
        steps = min(_THREADS, self._agenda.waiting)
        return sum(self._threads.map(lambda _: self._agenda.step(), range(steps)))

    def _may_work(self) -> bool:
        """Tell whether this sweeper leads, and the clock is trusted."""
        doubt = None
        if not self._keep_lead():
            self._enter(SweeperState.STANDBY)
        elif doubt := self._guard.doubt():
            self._agenda.clear()
            self._enter(SweeperState.PAUSED, doubt)
        is_allowed = self._leads and doubt is None
        self._chores.allow(is_allowed)
        return is_allowed

    def _note(self, erased: int) -> None:
        if erased:
            self._status.erased += erased
            self._erased_at = monotonic()
            self._enter(SweeperState.BUSY)
        if self._shown_rhythm.is_due():
            self._tell()

    def _rest(self) -> None:
        """Certify the burst that is over."""
        if self._status.state is SweeperState.BUSY:
            self._chores.hurry(CERTIFY)
        self._enter(SweeperState.IDLE)

    def _wait(self, reason: str, stopping: Event) -> None:
        self._agenda.abandon()
        self._enter(SweeperState.WAITING, reason)
        stopping.wait(_AWAY_SECONDS)

    def _keep_lead(self) -> bool:
        """Take the lease, or keep it, and tell whether this sweeper has it."""
        if self._leads and not self._lease_rhythm.is_due():
            return True
        led, self._leads = self._leads, self._lease.take(self._owner, self._clock.now())
        if not self._leads:
            self._agenda.clear()
        elif not led:
            self._agenda.take_over()
        return self._leads

    def _resign(self) -> None:
        try:
            self._agenda.clear()
            if self._leads:
                self._lease.release(self._owner)
        except Unavailable:
            _log.warning("the sweeper ended while the database was away")

    def _enter(self, state: SweeperState, reason: str = "") -> None:
        if (state, reason) != (self._status.state, self._status.reason):
            self._status.state, self._status.reason = state, reason
            self._tell()

    def _tell(self) -> None:
        self._status.waiting = self._agenda.waiting
        self._show(self._status)
