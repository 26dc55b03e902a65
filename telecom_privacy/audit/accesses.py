"""Who opened a client's data, newest first: an index by client, the details from the log itself.

The index is written with each batch. What a kill left out is found again before anybody is answered
and once a minute: each batch names its own accesses, so nothing is decrypted for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from telecom_privacy.audit.details import DetailSealer, open_detail
from telecom_privacy.audit.model import Json, LoggedAccess
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.storage.paging import (
    UNBOUNDED,
    Position,
    Window,
    cut,
    page_end,
    page_newest_first,
    whole_window,
)

_INDEX_BYTES = 8
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class AccessQuery:
    """Accesses in `[start, end)`; `is_own`: only the client's own, or only those of others."""

    start: datetime | None = None
    end: datetime | None = None
    is_own: bool | None = None


@dataclass(frozen=True, slots=True)
class DisclosedAccess:
    """An access, with what its entry says: `{action, actor, at, client, details, salt}`."""

    index: int
    is_own: bool
    entry: Mapping[str, Json]


class Accesses:
    def __init__(self, repository: AuditRepository, sealer: DetailSealer) -> None:
        self._repository = repository
        self._sealer = sealer

    def page(
        self,
        client_id: UUID,
        query: AccessQuery,
        now: datetime,
        after: Position | None,
        limit: int,
    ) -> tuple[list[DisclosedAccess], Position | None]:
        """Return a page of the accesses to a client's data, and where the next one goes on.

        Entries whose details have expired are left out. Raises `IntegrityError` for one that is
        not what the log commits to.
        """
        self.complete()
        found = self._find(client_id, query, now, after, limit + 1)
        page, more = cut(found, limit, _position)
        return self._disclosed(page), more

    def count(self, client_id: UUID, is_own: bool, since: datetime) -> int:
        """Count the accesses since a time: the client's own, or those of others."""
        self.complete()
        return self._repository.count_accesses(client_id, is_own, since)

    def each(self, client_id: UUID, query: AccessQuery, now: datetime) -> Iterator[DisclosedAccess]:
        """Yield all accesses to a client's data, newest first, in constant memory. See `page`."""
        found, after = self.page(client_id, query, now, None, _CHUNK)
        yield from found
        while after:
            found, after = self.page(client_id, query, now, after, _CHUNK)
            yield from found

    def complete(self) -> None:
        """Make all accesses that the log tells of findable. Costs what was logged since then."""
        start = end = self._repository.fetch_indexed_size()
        chunk: list[LoggedAccess] = []
        for first, count, accesses in self._repository.fetch_batches_of_accesses(start):
            if first != end:
                break  # one before it is not yet to be read by everybody
            end, chunk = first + count, chunk + accesses
            if len(chunk) >= _CHUNK:
                self._add(chunk)
                chunk = []
        self._add(chunk)
        if end > start:
            self._repository.advance_indexed_size(end)

    def _add(self, accesses: Sequence[LoggedAccess]) -> None:
        self._repository.insert_accesses(self._repository.fetch_unindexed(accesses))

    def _find(
        self,
        client_id: UUID,
        query: AccessQuery,
        now: datetime,
        after: Position | None,
        limit: int,
    ) -> list[LoggedAccess]:
        owners = (True, False) if query.is_own is None else (query.is_own,)

        def fetch(window: Window, most: int) -> list[LoggedAccess]:
            found = [
                access
                for is_own in owners
                for access in self._repository.fetch_accesses(client_id, is_own, window, most)
            ]
            found.sort(key=lambda access: access.at, reverse=True)
            return found[:most] if most else found

        window = whole_window(query.start, page_end(now, query.end, after))
        return page_newest_first([window], fetch, list, _position, after, limit, UNBOUNDED)

    def _disclosed(self, accesses: Sequence[LoggedAccess]) -> list[DisclosedAccess]:
        sealed = self._repository.fetch_logged(accesses)
        opened = (
            (access, open_detail(sealed[access.index], self._sealer))
            for access in accesses
            if access.index in sealed
        )
        return [
            DisclosedAccess(access.index, access.is_own, entry) for access, entry in opened if entry
        ]


def _position(access: LoggedAccess) -> Position:
    return Position(access.at, access.index.to_bytes(_INDEX_BYTES, "big"))
