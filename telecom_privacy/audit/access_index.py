"""Keeps the index of accesses up with the log.

An entry of the log is not made dearer by it: the index follows some tiles at a time, once a minute,
and before anybody is answered. Each batch names its own accesses, so nothing is decrypted.
"""

from telecom_privacy.audit.model import LoggedAccess
from telecom_privacy.audit.repository import AuditRepository

_CHUNK = 500


class AccessIndex:
    def __init__(self, repository: AuditRepository) -> None:
        self._repository = repository

    def complete(self) -> None:
        """Make all accesses that the log tells of findable. Costs what was logged since then.

        Several may do so at once. Raises `Unavailable` or `StorageFault`.
        """
        start = end = self._repository.fetch_indexed_size()
        chunk: list[LoggedAccess] = []
        for first, count, accesses in self._repository.fetch_batches_of_accesses(start):
            if first != end:
                break  # one before it is not yet to be read by everybody
            end, chunk = first + count, chunk + accesses
            if len(chunk) >= _CHUNK:
                self._repository.insert_accesses(chunk)
                chunk = []
        self._repository.insert_accesses(chunk)
        if end > start:
            self._repository.advance_indexed_size(end)
