"""What every worker does beside its requests: recovery, holds, and the counts of refusals."""

import logging
import threading
from datetime import timedelta

from telecom_privacy.audit.accesses import Accesses
from telecom_privacy.audit.refusals import Refusals
from telecom_privacy.calls.service import CallService
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.forgetting import ProfessionUpkeep
from telecom_privacy.disclosure.preservation import Preservation
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.errors import TelecomPrivacyError
from telecom_privacy.holds.upkeep import HoldUpkeep
from telecom_privacy.records.service import RecordService
from telecom_privacy.retention.clock_guard import ClockGuard
from telecom_privacy.reversibility.jobs import Jobs
from telecom_privacy.statistics.service import StatisticsService
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import MongoDatabase

_EVERY_SECONDS = 5.0
_RECOVERY_EVERY = timedelta(seconds=60)
_HOLDS_EVERY = timedelta(seconds=4)
_log = logging.getLogger("telecom_privacy.maintenance")


class Maintenance:
    """A thread of the worker; of all workers' threads one recovers, once a minute."""

    def __init__(
        self,
        bulk: MongoDatabase,
        recovery: Recovery,
        calls: CallService,
        records: RecordService,
        statistics: StatisticsService,
        holds: HoldUpkeep,
        preservation: Preservation,
        professions: ProfessionUpkeep,
        refusals: Refusals,
        accesses: Accesses,
        guard: ClockGuard,
        exports: Jobs,
        clock: Clock,
    ) -> None:
        self._lease = Lease(bulk, "recovery", _RECOVERY_EVERY)
        self._holds_lease = Lease(bulk, "holds", _HOLDS_EVERY)
        self._recovery = recovery
        self._calls = calls
        self._statistics = statistics
        self._holds = holds
        self._preservation = preservation
        self._professions = professions
        self._records = records
        self._refusals = refusals
        self._accesses = accesses
        self._guard = guard
        self._exports = exports
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="maintenance", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def _loop(self) -> None:
        while not self._stopping.wait(_EVERY_SECONDS):
            try:
                self._turn()
            except TelecomPrivacyError as error:
                # The next turn tries again; requests tell the caller meanwhile.
                _log.warning(
                    "maintenance failed", extra={"fields": {"error": type(error).__name__}}
                )
            except Exception:
                # Whatever it is, recovery must not end with it, unnoticed.
                _log.exception("maintenance failed")

    def _turn(self) -> None:
        self._refusals.flush(self._clock.now())
        succeeds(self._exports.resume, "exports cannot be taken up")
        self.keep_up()

    def keep_up(self) -> None:
        """Do what time brings and a kill leaves, unless another process did a moment ago.

        Raises `Unavailable`.
        """
        now = self._clock.now()
        if self._holds_lease.take_turn(now):
            if self._guard.is_trusted():
                succeeds(self._holds.lapse, "holds whose time is over cannot be released")
            succeeds(self._holds.run, "the holds cannot be looked after")
        if self._lease.take_turn(now):
            settled = self._recovery.run()
            self._accesses.complete()
            succeeds(self._preservation.lift_unfounded, "holds without a case cannot be lifted")
            succeeds(self._preservation.note_lapsed, "cases cannot be told that holds are over")
            succeeds(self._professions.run, "professions cannot be forgotten")
            self._statistics.fold_all(lambda: None)
            if self._guard.is_trusted():  # or a late retry might bring back what was erased
                self._calls.forget_tombstones()
                self._records.forget_tombstones()
            if settled:
                _log.info("recovered", extra={"fields": {"settled": settled}})
