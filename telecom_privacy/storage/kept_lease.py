"""A lease that is held for as long as its process lives, whatever that does."""

from datetime import timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Self

from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, TelecomPrivacyError
from telecom_privacy.storage.lease import Lease


class KeptLease:
    """Extends a lease that `owner` has taken, in a thread; with `with` it is released at the end.

    So it may be short, and one whose owner was killed is soon free.
    """

    def __init__(self, lease: Lease, owner: str, clock: Clock, extended_every: timedelta) -> None:
        self._lease = lease
        self._owner = owner
        self._clock = clock
        self._seconds = extended_every.total_seconds()
        self._lost = Event()
        self._ending = Event()
        self._thread = Thread(target=self._extend_until_ended, name="lease", daemon=True)

    def require(self) -> None:
        """Raise `Conflict` if another has taken the lease: this process slept too long."""
        if self._lost.is_set():
            raise Conflict("another process works in place of this one")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._thread.join()
        self._lease.release(self._owner)

    def _extend_until_ended(self) -> None:
        while not self._ending.wait(self._seconds) and not self._lost.is_set():
            try:
                is_kept = self._lease.take(self._owner, self._clock.now())
            except TelecomPrivacyError:
                continue  # nor can another take it while the database is away
            if not is_kept:
                self._lost.set()
