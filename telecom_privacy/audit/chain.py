"""The chain of batches: where the log ends, and how several workers append without a fork."""

import threading
import time
from collections.abc import Sequence

from telecom_privacy.audit.model import SealedEntry
from telecom_privacy.audit.repository import TILE, AuditRepository
from telecom_privacy.errors import IntegrityError, Unavailable

_PATIENCE_SECONDS = 10
_PAUSE_SECONDS = 0.005


class Chain:
    """Follows the batches of all workers; each begins where the one before it ends.

    A batch's `_id` is the index of its first entry and a writer only ever uses the end of a batch
    it has read, so the database's unique `_id` decides who is next.
    """

    def __init__(self, repository: AuditRepository) -> None:
        self._repository = repository
        self._end = 0
        self._lock = threading.Lock()

    @property
    def known_size(self) -> int:
        """The size last seen; the log may have grown since."""
        return self._end

    def refresh(self) -> int:
        """Follow the chain to its end and return the size of the log.

        Raises `IntegrityError` if stored batches leave a hole or overlap.
        """
        tiled = 0 if self._end else self._repository.fetch_tiled_size()
        # At start the last tile is followed once more: it shows that the log really is that long.
        end = self._end or max(0, tiled - TILE)
        for first, count in self._repository.fetch_extents(end):
            if first != end:
                raise IntegrityError("the batches of the audit log do not follow one another")
            end += count
        if end < tiled:
            raise IntegrityError("the audit log is shorter than its tiles")
        self._advance(end)
        return self._end

    def insert(self, entries: Sequence[SealedEntry]) -> tuple[int, int]:
        """Append the head of `entries`, as many as fit into the current tile of 256.

        Returns the index of the first and how many were appended. After an error they may be in the
        log or not, never twice: the next call begins by finding out where the log ends.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            first = self._end
            head = entries[: TILE - first % TILE]
            if self._repository.insert_batch(first, head):
                self._advance(first + len(head))
                return first, len(head)
            if self.refresh() == first:
                time.sleep(_PAUSE_SECONDS)  # taken, but not yet by a majority
        raise Unavailable("the audit log is too busy")

    def _advance(self, end: int) -> None:
        with self._lock:
            self._end = max(self._end, end)
