"""What a sweeper does now and then, beside erasing: nothing that falls due waits for it.

What time brings is done here: counts and reports, what is told to clients, what ended meanwhile.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.lease import KeepAlive

_PAUSE_SECONDS = 0.25

_log = logging.getLogger("telecom_privacy.retention")


class Rhythm:
    """Tells whether it is time again for something that happens every so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = float("-inf")

    def is_due(self) -> bool:
        """True at most once in that time."""
        is_due = monotonic() - self._last >= self._seconds
        if is_due:
            self._last = monotonic()
        return is_due

    def hurry(self) -> None:
        """Let it be time at once."""
        self._last = float("-inf")


@dataclass(frozen=True)
class Chore:
    """Something that is to be done every so many seconds; `is_swept` where each sweep does so."""

    name: str
    every_seconds: float
    run: Callable[[KeepAlive], object]
    is_swept: bool = False


class _Ended(Exception):
    """The sweeper stops, or does not lead any more."""


class Chores:
    """Done by a thread, each in its own rhythm, for as long as its sweeper leads; or once."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        self._chores = [(chore, Rhythm(chore.every_seconds)) for chore in chores]
        self._may_work = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="chores", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the piece of a chore that is under way."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def allow(self, may_work: bool) -> None:
        """Work from now on, or begin nothing any more."""
        if may_work:
            self._may_work.set()
        else:
            self._may_work.clear()

    def do_once(self) -> list[str]:
        """Do what no sweep does itself, now, in this thread; return the names of what failed."""
        self._may_work.set()
        due = [chore for chore, _ in self._chores if not chore.is_swept]
        return [chore.name for chore in due if not self._run(chore)]

    def hurry(self, name: str) -> None:
        """Do a chore as soon as possible."""
        for chore, rhythm in self._chores:
            if chore.name == name:
                rhythm.hurry()

    def _loop(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            for chore, rhythm in self._chores:
                if self._may_work.is_set() and rhythm.is_due():
                    self._run(chore)

    def _run(self, chore: Chore) -> bool:
        try:
            chore.run(self._go_on)
        except _Ended:
            _log.info("a chore of the sweeper ends early", extra={"fields": {"chore": chore.name}})
        except Unavailable:
            _log.warning("a chore of the sweeper waits", extra={"fields": {"chore": chore.name}})
        except Exception as error:  # whatever it is, the others must not wait for it
            fields = {"chore": chore.name, "error": type(error).__name__}
            _log.critical("a chore of the sweeper failed", extra={"fields": fields})
        else:
            return True
        return False

    def _go_on(self) -> None:
        if self._stopping.is_set() or not self._may_work.is_set():
            raise _Ended
