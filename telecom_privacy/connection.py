"""A connection that waits for nobody without end: a stalled sender must not keep a thread."""

import errno
import socket
import time
from typing import Any

PATIENCE_SECONDS = 30.0
"""How long one wait may last, for bytes to come or to be taken."""

_SENT_AT_ONCE = 64 * 1024
_LINGER_SECONDS = 5.0
_LINGER_IDLE_SECONDS = 1.0
_LINGER_BYTES = 64 * 1024 * 1024


class PatientSocket(socket.socket):
    """Whoever keeps it waiting too long has left: `ConnectionResetError`."""

    waited = 0.0
    """The seconds for which the current request waited for a thread."""

    _deadline: float | None = None
    _queued_at = 0.0

    def queue(self) -> None:
        """A request has come and waits for a thread from now on."""
        self._queued_at = time.monotonic()

    def begin(self) -> None:
        """A thread has taken the request."""
        self.waited = time.monotonic() - self._queued_at

    def expire_in(self, seconds: float | None) -> None:
        """Bound all further receiving together; None bounds each single wait only."""
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self.settimeout(PATIENCE_SECONDS)

    def setblocking(self, flag: bool, /) -> None:
        if self.fileno() >= 0:
            self.settimeout(PATIENCE_SECONDS if flag else 0)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise _left_waiting()
            self.settimeout(min(left, PATIENCE_SECONDS))
        try:
            return super().recv(size, flags)
        except TimeoutError as error:
            raise _left_waiting() from error

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        # Python bounds a whole `sendall`: a slow receiver of a large piece has not stalled.
        pieces = memoryview(data)
        try:
            for at in range(0, len(pieces), _SENT_AT_ONCE):
                self.settimeout(PATIENCE_SECONDS)
                super().sendall(pieces[at : at + _SENT_AT_ONCE], flags)
        except TimeoutError as error:
            raise _left_waiting() from error

    def linger(self) -> None:
        """Close as RFC 9112 section 9.6 says, so that the sender of an unread body gets its answer.

        Reads for at most 5 s, and ends as soon as nothing came for one.
        """
        deadline, left = time.monotonic() + _LINGER_SECONDS, _LINGER_BYTES
        self._deadline = None
        try:
            self.shutdown(socket.SHUT_WR)
            self.settimeout(_LINGER_IDLE_SECONDS)
            while left > 0 and time.monotonic() < deadline and (piece := self.recv(_SENT_AT_ONCE)):
                left -= len(piece)
        except OSError:
            pass  # it has left, or keeps us waiting
        self.close()


def _left_waiting() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the other side keeps us waiting")
