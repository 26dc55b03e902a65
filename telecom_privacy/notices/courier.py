"""The thread of a worker that delivers notices."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.errors import TelecomPrivacyError
from telecom_privacy.notices.dispatch import Dispatcher
from telecom_privacy.storage.lease import Lease

UPKEEP_EVERY = timedelta(hours=1)
_EVERY_SECONDS = 1.0
_log = logging.getLogger("telecom_privacy.notices")


class Courier:
    """Looks for due deliveries every second; of all workers one does the upkeep."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        upkeep: Sequence[Callable[[], None]],
        lease: Lease,
        clock: Clock,
    ) -> None:
        self._dispatcher = dispatcher
        self._upkeep = upkeep
        self._lease = lease
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread:
            self._thread.join()
        self._dispatcher.stop()

    def _loop(self) -> None:
        while not self._stopping.wait(_EVERY_SECONDS):
            try:
                self._turn()
            except TelecomPrivacyError as error:
                fields = {"error": type(error).__name__}
                _log.warning("notices wait", extra={"fields": fields})
            except Exception:
                # Whatever it is, notices must not end with it, unnoticed.
                _log.exception("notices failed")

    def _turn(self) -> None:
        self._dispatcher.run()
        if self._lease.take_turn(self._clock.now()):
            for work in self._upkeep:
                succeeds(work, "the notices cannot be looked after")
