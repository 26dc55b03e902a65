"""Who opened a client's data, newest first: an index by client, the details from the log itself.

The index is brought up with the log (`audit.access_index`) before anybody is answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from telecom_privacy.audit.access_index import AccessIndex
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
        self._index = AccessIndex(repository)

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
        self._index.complete()
        found = self._find(client_id, query, now, after, limit + 1)
        page, more = cut(found, limit, _position)
        return self._disclosed(page), more

    def count(self, client_id: UUID, is_own: bool, since: datetime) -> int:
        """Count the accesses since a time: the client's own, or those of others."""
        self._index.complete()
        return self._repository.count_accesses(client_id, is_own, since)

    def each(self, client_id: UUID, query: AccessQuery, now: datetime) -> Iterator[DisclosedAccess]:
        """Yield all accesses to a client's data, newest first, in constant memory. See `page`."""
        found, after = self.page(client_id, query, now, None, _CHUNK)
        yield from found
        while after:
            found, after = self.page(client_id, query, now, after, _CHUNK)
            yield from found

    def complete(self) -> None:
        """See `AccessIndex.complete`."""
        self._index.complete()

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
