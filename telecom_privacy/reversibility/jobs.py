"""Preparing packages beside the requests, in each worker."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock

from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Gone, Unavailable
from telecom_privacy.reversibility.attempts import Attempts
from telecom_privacy.reversibility.model import Export
from telecom_privacy.reversibility.preparation import Preparation
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.reversibility.telling import Telling

_AT_ONCE = 2
_log = logging.getLogger("telecom_privacy.reversibility")


class Jobs:
    """A killed worker's preparations are taken up by another's, from the beginning."""

    def __init__(
        self,
        repository: ExportRepository,
        attempts: Attempts,
        preparation: Preparation,
        telling: Telling,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._attempts = attempts
        self._preparation = preparation
        self._telling = telling
        self._clock = clock
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._running = 0

    def start(self, export: Export) -> None:
        """Prepare an export in the background."""
        self._submit(export, self._preparation.prepare)

    def resume(self) -> None:
        """Take up, as far as there is room, what nobody goes on with. Raises `Unavailable`."""
        self._telling.run()
        for stored in self._repository.fetch_abandoned(self._clock.now()):
            if self._running >= _AT_ONCE:
                return
            try:
                self._submit(self._attempts.open(stored), self._preparation.prepare_again)
            except Gone:
                self._attempts.give_up(stored)

    def stop(self) -> None:
        """Begin nothing more; what is unfinished is for others, once its lease is over."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, export: Export, prepare: Callable[[Export], None]) -> None:
        with self._lock:
            # Not before: a pool does not survive the fork of a worker.
            self._pool = self._pool or ThreadPoolExecutor(_AT_ONCE, "exports")
            self._running += 1
        self._pool.submit(self._run, export, prepare)

    def _run(self, export: Export, prepare: Callable[[Export], None]) -> None:
        try:
            prepare(export)
            self._telling.run()
        except (Conflict, Gone):
            pass  # another process goes on with it, or the client's data are gone
        except Unavailable:
            _complain(export, logging.WARNING, "an export cannot be prepared now", "Unavailable")
        except Exception as error:  # whatever it is, whoever waits for the package must learn it
            _complain(export, logging.ERROR, "an export cannot be prepared", type(error).__name__)
            with suppress(Unavailable):  # then its lease runs out, and it is tried again
                self._attempts.give_up(export.stored)
        finally:
            with self._lock:
                self._running -= 1


def _complain(export: Export, level: int, text: str, error: str) -> None:
    _log.log(level, text, extra={"fields": {"export": str(export.stored.id), "error": error}})
