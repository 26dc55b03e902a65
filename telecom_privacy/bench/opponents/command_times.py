"""How often the database is asked and how long it takes itself, as pymongo tells of it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pymongo import monitoring
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """So many commands, and the seconds between sending each and its answer, added up.

    `processor` is the part of them in which the asking thread itself was at work: in pymongo.
    """

    commands: int
    seconds: float
    processor: float = 0.0


_NOTHING = Taken(0, 0.0)


class CommandTimes(CommandListener):
    """Adds up what each thread asks of the database."""

    def __init__(self) -> None:
        self._own = threading.local()

    def take(self) -> Taken:
        """What this thread asked since the last time."""
        taken: Taken = getattr(self._own, "taken", _NOTHING)
        self._own.taken = _NOTHING
        return taken

    def started(self, event: CommandStartedEvent) -> None:
        self._own.began = time.thread_time()

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._add(event.duration_micros)

    def failed(self, event: CommandFailedEvent) -> None:
        self._add(event.duration_micros)

    def _add(self, microseconds: int) -> None:
        before: Taken = getattr(self._own, "taken", _NOTHING)
        self._own.taken = Taken(
            commands=before.commands + 1,
            seconds=before.seconds + microseconds / 1_000_000,
            processor=before.processor + time.thread_time() - self._own.began,
        )


@contextmanager
def command_times() -> Iterator[CommandTimes]:
    """Listen to the commands of all clients that are made in the block."""
    times = CommandTimes()
    listeners = monitoring._LISTENERS.command_listeners
    monitoring.register(times)
    try:
        yield times
    finally:
        listeners.remove(times)
