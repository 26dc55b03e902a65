"""How long the database itself takes, as pymongo is told of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pymongo import monitoring
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)


class CommandTimes(CommandListener):
    """Adds up, thread by thread, the seconds between sending a command and its answer."""

    def __init__(self) -> None:
        self._own = threading.local()

    def take(self) -> float:
        """The seconds of this thread since the last time."""
        taken: float = getattr(self._own, "seconds", 0.0)
        self._own.seconds = 0.0
        return taken

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing is known yet."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._add(event.duration_micros)

    def failed(self, event: CommandFailedEvent) -> None:
        self._add(event.duration_micros)

    def _add(self, microseconds: int) -> None:
        self._own.seconds = getattr(self._own, "seconds", 0.0) + microseconds / 1_000_000


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
