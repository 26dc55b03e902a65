"""Group commit: what many threads hand in at the same time is written at once."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from telecom_privacy.errors import IntegrityError, StorageFault, Unavailable

Item = TypeVar("Item")

_log = logging.getLogger("telecom_privacy.audit")


class _Pending(Generic[Item]):
    def __init__(self, item: Item) -> None:
        self.item = item
        self.index = -1
        self.error: BaseException | None = None
        self.is_settled = False

    def result(self) -> int:
        if isinstance(self.error, IntegrityError | StorageFault):
            raise type(self.error)(str(self.error)) from self.error
        if self.error:
            raise Unavailable("the audit log did not confirm the entry") from self.error
        return self.index


class GroupCommit(Generic[Item]):
    """A queue whose waiting callers take turns at writing what all of them have put there.

    There is no thread of its own: nothing to start after a fork, to stop, or to die unnoticed.
    """

    def __init__(
        self, write: Callable[[Sequence[Item]], tuple[int, int]], most_at_once: int
    ) -> None:
        """`write` stores a head of the items durably; it returns its first index and its length."""
        self._write = write
        self._most_at_once = most_at_once
        self._queue: deque[_Pending[Item]] = deque()
        self._is_writing = False
        self._changed = threading.Condition()

    def submit(self, items: Sequence[Item]) -> list[int]:
        """Block until `items` are written and return their indexes.

        Raises `Unavailable` if one was not confirmed; others may have been written. An
        `IntegrityError` or `StorageFault` of `write` stays one: to try again would not help.
        """
        mine = [_Pending(item) for item in items]
        if not mine:
            return []
        with self._changed:
            self._queue.extend(mine)
        while batch := self._next_turn(mine[-1]):
            self._write_out(batch)
        return [pending.result() for pending in mine]

    def _next_turn(self, last: _Pending[Item]) -> list[_Pending[Item]]:
        """Wait for this thread's turn and return what to write; empty once `last` is settled."""
        with self._changed:
            self._changed.wait_for(lambda: last.is_settled or not self._is_writing)
            if last.is_settled:
                return []
            self._is_writing = True
            return list(islice(self._queue, self._most_at_once))

    def _write_out(self, batch: Sequence[_Pending[Item]]) -> None:
        written = len(batch)
        try:
            first, written = self._write([pending.item for pending in batch])
            for index, pending in enumerate(batch[:written], first):
                pending.index = index
        except BaseException as error:
            if not isinstance(error, Unavailable):
                fields = {"error": type(error).__name__}
                _log.critical("the audit log cannot be appended to", extra={"fields": fields})
            for pending in batch:
                pending.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._settle(written)

    def _settle(self, count: int) -> None:
        with self._changed:
            for _ in range(count):
                self._queue.popleft().is_settled = True
            self._is_writing = False
            self._changed.notify_all()
