"""The sweep: erases what is due, key first, in batches; whatever kills it, the next one goes on."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from uuid import UUID, uuid4

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import (
    ClockMistrusted,
    Conflict,
    KeyDestroyed,
    NotFound,
    TelecomPrivacyError,
    Unavailable,
)
from telecom_privacy.policies.model import Category
from telecom_privacy.retention.batches import batches
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.clock_guard import ClockGuard
from telecom_privacy.retention.contract_end import ContractEnds
from telecom_privacy.retention.index_keys import IndexKeys
from telecom_privacy.retention.model import Sweep, SweepState
from telecom_privacy.retention.repository import SweepRepository
from telecom_privacy.retention.sources import Sources
from telecom_privacy.retention.upkeep import Reconciliation

_SHOWN_EVERY = timedelta(seconds=1)
_log = logging.getLogger("telecom_privacy.retention")

Progress = Callable[[Sweep], None]


class LockLost(Conflict):
    """Another sweep works in place of this one."""


class SweepService:
    def __init__(
        self,
        repository: SweepRepository,
        clients: ClientService,
        sources: Sources,
        eraser: Eraser,
        recovery: Recovery,
        certificates: CertificateService,
        index_keys: IndexKeys,
        ends: ContractEnds,
        schedule: Schedule,
        reconciliation: Reconciliation,
        guard: ClockGuard,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._sources = sources
        self._eraser = eraser
        self._recovery = recovery
        self._certificates = certificates
        self._index_keys = index_keys
        self._ends = ends
        self._schedule = schedule
        self._reconciliation = reconciliation
        self._guard = guard
        self._clock = clock

    def start(self, actor: str) -> UUID:
        """Sweep in the background; returns the id of this sweep, or of the one that is working.

        Raises `ClockMistrusted`.
        """
        sweep = self._begin()
        if sweep is None:
            return self._repository.locked_by() or self.start(actor)
        Thread(target=self._run_logged, args=(sweep, actor), name="sweep", daemon=True).start()
        return sweep.id

    def run(self, actor: str, progress: Progress = lambda _: None) -> Sweep | None:
        """Sweep now. None if another sweep is working.

        Raises `Unavailable`, `ClockMistrusted`, and `Conflict` if another sweep took over; may be
        repeated.
        """
        sweep = self._begin()
        if sweep is None:
            return None
        return self._run(sweep, actor, progress)

    def read(self, sweep_id: UUID) -> Sweep:
        """Raise `NotFound` for a sweep that never was."""
        if (sweep := self._repository.fetch(sweep_id)) is None:
            raise NotFound("sweep")
        sweep.state = sweep.state_at(self._clock.now())
        return sweep

    def _begin(self) -> Sweep | None:
        self._guard.require_trusted()
        now = self._clock.now()
        sweep = Sweep(uuid4(), now, now)
        if not self._repository.lock(sweep):
            return None
        self._repository.save(sweep)
        return sweep

    def _run_logged(self, sweep: Sweep, actor: str) -> None:
        try:
            self._run(sweep, actor, lambda _: None)
        except TelecomPrivacyError as error:
            fields = {"sweep": str(sweep.id), "error": type(error).__name__}
            _log.error("sweep failed", extra={"fields": fields})
        except Exception:
            # Not left to the thread, which would write the message of a foreign error.
            _log.exception("sweep failed", extra={"fields": {"sweep": str(sweep.id)}})

    def _run(self, sweep: Sweep, actor: str, progress: Progress) -> Sweep:
        try:
            self._work(sweep, actor, progress)
            sweep.state = SweepState.FAILED if sweep.failed_clients else SweepState.DONE
        except BaseException:
            sweep.state = SweepState.FAILED
            raise
        finally:
            sweep.finished_at = self._clock.now()
            self._repository.save(sweep)
            self._repository.unlock(sweep)
        return sweep

    def _work(self, sweep: Sweep, actor: str, progress: Progress) -> None:
        keep_alive = partial(self._show, sweep)
        self._recovery.run(keep_alive)
        # Before the terms are read: what is agreed while the sweep works begins after this moment.
        now = self._clock.now()
        client_ids = list(self._clients.ids())
        sweep.clients = len(client_ids)
        for client_id in client_ids:
            self._try_client(sweep, client_id, now, actor, progress)
            sweep.clients_done += 1
            self._show(sweep)
            progress(sweep)
        self._index_keys.retire_controller(now, keep_alive)
        self._reconciliation.run(keep_alive)
        sweep.certificates = self._certificates.issue_missing(actor, keep_alive)

    def _try_client(
        self, sweep: Sweep, client_id: UUID, now: datetime, actor: str, progress: Progress
    ) -> None:
        """A client that is damaged is an alarm, but its neighbours' terms are over all the same."""
        try:
            if client := self._opened(client_id):
                self._sweep_client(sweep, client, now, actor, progress)
        except (Unavailable, LockLost, ClockMistrusted):
            raise
        except TelecomPrivacyError as error:
            fields = {"client": str(client_id), "error": type(error).__name__}
            _log.critical("a client cannot be swept", extra={"fields": fields})
            sweep.failed_clients += 1

    def _opened(self, client_id: UUID) -> Client | None:
        try:
            return self._clients.current(client_id)
        except (NotFound, KeyDestroyed):
            return None  # erased since it was listed

    def _sweep_client(
        self, sweep: Sweep, client: Client, now: datetime, actor: str, progress: Progress
    ) -> None:
        self._ends.look(client, actor)
        known = self._schedule.categories_of(client.id)
        for (category, role), source in self._sources.items():
            if category not in tuple(Category) and category not in known:
                continue  # nothing of it was ever stored
            for batch in batches(source(client, client.terms, now)):
                self._show(sweep)  # reading a batch may take as long as erasing it
                rule, items, action = batch.rule, batch.items, batch.action
                self._eraser.erase(client.id, role, category, rule, items, actor, action)
                sweep.erased[category] += len(batch.due)
                self._show(sweep)
                progress(sweep)
        self._ends.look(client, actor)  # once more: what a hold may keep went one by one
        self._index_keys.retire_processor(client, now)

    def _show(self, sweep: Sweep) -> None:
        """Keep the lock, and let others see how far the sweep is.

        Raises `LockLost` if this sweep stood still for so long that another one began, and
        `ClockMistrusted`.
        """
        now = self._clock.now()
        if now - sweep.seen_at >= _SHOWN_EVERY:
            self._guard.require_trusted()
            sweep.seen_at = now
            if not self._repository.lock(sweep):
                raise LockLost("another sweep has taken over")
            self._repository.save(sweep)
