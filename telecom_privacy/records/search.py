"""Lists of records, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from telecom_privacy.audit.model import Json
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.model import FoundRecord, Record, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.permissions import Deed
from telecom_privacy.records.reading import RecordReader
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import one_of
from telecom_privacy.storage.paging import (
    UNBOUNDED,
    Position,
    Window,
    cut,
    each_page,
    page_end,
    page_newest_first,
    whole_window,
)

_BATCH = 200


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What is looked for; the times bound `occurred_at`. `binned` None: in the bin or not."""

    category: str
    licence_id: str | None = None
    subject: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    binned: bool | None = False


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Opened records, newest first, and where the next page starts."""

    items: Sequence[Record]
    next: Position | None


class RecordSearch:
    def __init__(
        self,
        repository: RecordRepository,
        finder: RecordFinder,
        reader: RecordReader,
        opener: RecordOpener,
        tokens: RecordTokens,
        licences: LicenceService,
        restrictions: Restrictions,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._finder = finder
        self._reader = reader
        self._opener = opener
        self._tokens = tokens
        self._licences = licences
        self._restrictions = restrictions
        self._changes = changes
        self._clock = clock

    def search(
        self,
        access: Access,
        client: Client,
        query: RecordQuery,
        after: Position | None,
        limit: int,
    ) -> RecordPage:
        """Return a page of records that are not restricted, newest first, and log the search.

        A record whose key is missing though nothing was erased is left out; that is an alarm.
        Raises `NotFound` or `Forbidden` where `access` may read nothing of the category.
        """
        self._reader.require(access, client, query.category)
        role = self._finder.roles(access, Deed.READ, client, query.category)[0]
        found = self._page(access, client, role, query, after, limit + 1)
        page, more = cut(found, limit, _position)
        records = self._usable(access, client, role, page)
        details: dict[str, Json] = {
            "category": query.category,
            "count": len(records),
            "kept_as": role.value,
        }
        self._changes.append("records.searched", access, client.id, details)
        return RecordPage(records, more)

    def each(
        self, access: Access, client: Client, query: RecordQuery
    ) -> Iterator[tuple[Record, Reason | None]]:
        """Yield all records of the client's own that `access` may see, newest first, each with why
        its use is restricted, if it is: to use it is then up to who asks.

        In constant memory; nothing is logged. One whose key is missing is left out as by `search`.
        Those that are handed in meanwhile may be missing.
        """
        role = Role.PROCESSOR
        # Most categories are empty: to find that out window by window takes ten times as long.
        oldest = self._repository.measure(client.scope(role), query.category).oldest
        if oldest is None:
            return
        since = replace(query, start=max(query.start or oldest, oldest))
        page = partial(self._page, access, client, role, since)
        for found in each_page(page, _position, _BATCH):
            records = self._opened(client, role, found)
            reasons = self._restrictions.reasons(client, role, records, lambda one: one.concerned)
            yield from zip(records, reasons, strict=True)

    def _usable(
        self, access: Access, client: Client, role: Role, found: Iterable[FoundRecord]
    ) -> list[Record]:
        records = self._opened(client, role, found)
        return self._restrictions.usable(access, client, role, records, lambda one: one.concerned)

    def _opened(self, client: Client, role: Role, found: Iterable[FoundRecord]) -> list[Record]:
        tokens = [record.token for record in found]
        opened = dict(self._by_token(client, role, tokens))
        # The version of one that is being changed may have lost its key since it was fetched.
        missing = [token for token in tokens if token not in opened]
        opened |= dict(self._by_token(client, role, missing))
        return [opened[token] for token in tokens if token in opened]

    def _by_token(
        self, client: Client, role: Role, tokens: Sequence[bytes]
    ) -> Iterator[tuple[bytes, Record]]:
        stored = self._repository.fetch_many(client.scope(role), tokens).values()
        live = [record for record in stored if isinstance(record, StoredRecord)]
        return ((record.stored.token, record) for record in self._opener.open_many(live))

    def _page(
        self,
        access: Access,
        client: Client,
        role: Role,
        query: RecordQuery,
        after: Position | None,
        limit: int,
    ) -> list[FoundRecord]:
        equal = self._equal(access, client, role, query)
        if equal is None:
            return []
        scope = client.scope(role)

        def fetch(window: Window, most: int) -> list[FoundRecord]:
            return self._repository.fetch_window(scope, query.category, window, equal, most)

        def keep(found: list[FoundRecord]) -> list[FoundRecord]:
            return [one for one in found if self._may_see(access, client, role, query, one)]

        window = whole_window(query.start, page_end(self._clock.now(), query.end, after))
        return page_newest_first([window], fetch, keep, _position, after, limit, UNBOUNDED)

    def _may_see(
        self, access: Access, client: Client, role: Role, query: RecordQuery, found: FoundRecord
    ) -> bool:
        verdict = client.terms.verdict(query.category, role, found.occurred_at, found.events)
        return self._reader.may_see(access, verdict)

    def _equal(
        self, access: Access, client: Client, role: Role, query: RecordQuery
    ) -> dict[str, Any] | None:
        """What must be equal in every window; None if nothing can be found."""
        equal: dict[str, Any] = {} if query.binned is None else {"binned": query.binned}
        if access.licence_ids is not None:
            equal["licence"] = {"$in": sorted(access.licence_ids)}
        if query.subject is not None:
            tokens = self._tokens.subjects(client.id, role, query.category, query.subject)
            equal["subject"] = one_of(tokens)
        if query.licence_id is not None:
            try:
                equal["licence"] = self._licences.reach(access, client, query.licence_id).id
            except NotFound:
                return None
        return equal


def _position(record: FoundRecord) -> Position:
    return Position(record.occurred_at, record.token)
