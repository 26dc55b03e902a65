"""Processes of the service that stand still before a command to the database, or die there.

One works at a time, so that a history is always the same.
"""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo.collection import Collection

from tests.erasure.kills import Killed

_READS = ("count_documents", "find", "find_one")
_WRITES = (
    "bulk_write",
    "delete_many",
    "delete_one",
    "insert_many",
    "insert_one",
    "replace_one",
    "update_many",
    "update_one",
)
_LONGEST_SECONDS = 60
_current = threading.local()


class Process:
    """Work that goes on in steps; the outcome is there once it `is_over`."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._may_go = threading.Semaphore(0)
        self._stands = threading.Semaphore(0)
        self._left: float = math.inf
        self._counts_reads = True
        self._is_dead = False
        self._outcome: Any = None
        self._error: BaseException | None = None
        self.is_over = False

    def go_on(self, commands: int | None = None, counts_reads: bool = True) -> None:
        """Let it work until it is about to give its `commands`-th command, or to its end."""
        self._left, self._counts_reads = commands or math.inf, counts_reads
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._may_go.release()
        assert self._stands.acquire(timeout=_LONGEST_SECONDS), "it waits for one that stands still"

    def die(self) -> None:
        """Let it do nothing ever after."""
        self._is_dead = True
        if not self.is_over:
            self.go_on()

    def outcome(self) -> Any:
        if self._error:
            raise self._error
        return self._outcome

    def before_command(self, is_read: bool) -> None:
        self._left -= not is_read or self._counts_reads
        if self._left <= 0 and not self._is_dead:
            self._left = math.inf
            self._stands.release()
            self._may_go.acquire()
        if self._is_dead:
            raise Killed

    def _run(self, work: Callable[[], Any]) -> None:
        _current.process = self
        try:
            self._outcome = work()
        except BaseException as error:
            self._error = error  # raised to whoever asks for the outcome
        self.is_over = True
        self._stands.release()


@contextmanager
def stoppable_processes() -> Iterator[None]:
    """Let processes notice their commands."""

    def noticed(name: str) -> Callable[..., Any]:
        original = getattr(Collection, name)

        def command(*arguments: Any, **named: Any) -> Any:
            if process := getattr(_current, "process", None):
                process.before_command(name in _READS)
            return original(*arguments, **named)

        return command

    with pytest.MonkeyPatch.context() as patch:
        for name in (*_READS, *_WRITES):
            patch.setattr(Collection, name, noticed(name))
        yield
