"""Traffic records: written beside each call, read by purpose."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby, islice
from typing import Any, TypeAlias
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DueItem, ErasedItem
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms, Verdict
from telecom_privacy.policies.model import Category, Purpose
from telecom_privacy.restrictions.model import Concerned
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role
from telecom_privacy.storage.backlog import oldest_first
from telecom_privacy.storage.paging import (
    FIRST_WINDOW,
    FIRST_WINDOW_OF_A_NUMBER,
    Position,
    Window,
    cut,
    page_end,
    page_newest_first,
    windows_within,
)
from telecom_privacy.traffic.model import FoundTraffic, StoredTraffic, parties
from telecom_privacy.traffic.repository import TrafficRepository

_BATCH = 200

Opened: TypeAlias = tuple[StoredTraffic, Mapping[str, Any]]
"""A record and what is sealed of it."""


@dataclass(frozen=True, slots=True)
class TrafficQuery:
    """What is looked for; `number` is E.164, the times bound the start of the call."""

    number: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrafficPage:
    """Opened records, newest first, and where the next page starts."""

    items: Sequence[Mapping[str, Any]]
    next: Position | None


class TrafficService:
    """The operator's own copy of calls. Each purpose reads within its own term only (RET-29)."""

    def __init__(
        self,
        repository: TrafficRepository,
        keys: KeyService,
        restrictions: Restrictions,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._restrictions = restrictions
        self._audit = audit
        self._clock = clock

    def insert_many(self, records: Sequence[StoredTraffic]) -> None:
        """Store the controller copies of calls that are being stored."""
        self._repository.insert_many(records)

    def update_numbers(self, records: Sequence[StoredTraffic]) -> None:
        """Replace the tokens by which records are found."""
        self._repository.update_numbers(records)

    def withdraw(self, record_ids: Iterable[UUID]) -> None:
        """Take back copies whose calls were never committed; their keys go, too."""
        self._repository.delete_many(record_ids)

    def for_billing(
        self,
        access: Access,
        client: Client,
        query: TrafficQuery,
        after: Position | None,
        limit: int,
    ) -> TrafficPage:
        """Return a page of the records of stored calls whose billing term is not over.

        What is restricted is left out: a page may hold fewer records than asked for.
        """
        found = self._page(client, query, Purpose.BILLING, after, limit + 1)
        page, more = cut(found, limit, _position)
        stored = self._stored(client, page)
        keys = self._keys.open_existing({record.key: record.binding for record in stored})
        for record in stored:
            # One that is being withdrawn just now loses its key without an erasure.
            if record.key not in keys and self._repository.holds(record.record_id):
                self._keys.require_erased(record.key, record.record_id)
        opened = list(_opened(stored, keys))
        usable = self._restrictions.usable(access, client, Role.CONTROLLER, opened, _concerned)
        items = [content for _, content in usable]
        self._log(access, client, Purpose.BILLING, len(items))
        return TrafficPage(items, more)

    def count(self, access: Access, client: Client, query: TrafficQuery) -> int:
        """Count the records of stored calls that are kept for any purpose, without opening one."""
        now, found = self._clock.now(), 0
        for window in self._windows(query):
            records = self._fetch(client, query, window)
            kept = [one.key for one in records if not _verdict(client, one).is_due(now)]
            found += len(self._keys.settled(kept))
        self._log(access, client, None, found)
        return found

    def about(
        self, number: str, client_of: Callable[[UUID], Client | None]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield what is kept of the calls with a number (E.164), of all clients, newest first.

        That is for the person: it holds what is restricted, and `restriction` says why (None:
        it is not). `client_of` returns None for a client that is gone. In constant memory; nothing
        is logged.
        """
        for window in self._windows(TrafficQuery(number)):
            tokens = self._keys.numbers.tokens(Role.CONTROLLER, window.month, number)
            found = self._repository.fetch_with_number(window, tokens)
            kept = (one for one in found if self._is_kept(client_of(one.scope.client_id), one))
            while batch := list(islice(kept, _BATCH)):
                yield from self._marked(self._committed(batch), client_of)

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the records that no purpose needs any more at `now`, oldest first."""
        cutoff = terms.latest_due(Category.TRAFFIC, Role.CONTROLLER, now)
        if cutoff is None:
            return
        fetch = partial(self._repository.fetch_started, client.scope(Role.CONTROLLER))
        for record in oldest_first(fetch, self._keys.numbers.months, cutoff):
            verdict = terms.verdict(Category.TRAFFIC, Role.CONTROLLER, record.ended_at)
            if verdict.is_due(now):
                item = ErasedItem(record.record_id, record.key, record.record_id)
                yield DueItem(item, verdict.due_at or now, verdict.rule_id or "", verdict.action)

    def is_empty(self, window: Window) -> bool:
        """Whether no client has a record that started in the window."""
        return self._repository.is_empty(window)

    def _is_kept(self, client: Client | None, record: StoredTraffic) -> bool:
        return client is not None and not _verdict(client, record).is_due(self._clock.now())

    def _committed(self, stored: Sequence[StoredTraffic]) -> Iterator[Opened]:
        """Open those whose calls were committed."""
        settled = self._keys.settled(record.key for record in stored)
        keys = self._keys.open_existing({one.key: one.binding for one in stored})
        return _opened([record for record in stored if record.key in settled], keys)

    def _marked(
        self, opened: Iterable[Opened], client_of: Callable[[UUID], Client | None]
    ) -> Iterator[Mapping[str, Any]]:
        """Say of each, in its order, whether it is restricted. A client that went has none."""
        for client_id, group in groupby(opened, key=lambda one: one[0].scope.client_id):
            if client := client_of(client_id):
                some, role = list(group), Role.CONTROLLER
                reasons = self._restrictions.reasons(client, role, some, _concerned)
                for (_, content), reason in zip(some, reasons, strict=True):
                    yield {**content, "restriction": reason and reason.value}

    def _page(
        self,
        client: Client,
        query: TrafficQuery,
        purpose: Purpose,
        after: Position | None,
        limit: int,
    ) -> list[FoundTraffic]:
        find = partial(self._within, client, query, purpose, after, limit)
        if query.number:
            return self._keys.numbers.search(Role.CONTROLLER, query.number, find)
        return find(dict.fromkeys(self._keys.numbers.months()))

    def _within(
        self,
        client: Client,
        query: TrafficQuery,
        purpose: Purpose,
        after: Position | None,
        limit: int,
        months: Mapping[str, Sequence[bytes] | None],
    ) -> list[FoundTraffic]:
        """Look through months, in each for the tokens of a number unless it has None."""
        now, scope = self._clock.now(), client.scope(Role.CONTROLLER)

        def fetch(window: Window, most: int) -> list[FoundTraffic]:
            return self._repository.fetch_window(scope, window, months[window.month], most)

        def keep(found: list[FoundTraffic]) -> list[FoundTraffic]:
            kept = [one for one in found if not _verdict(client, one).purpose_over(purpose, now)]
            settled = self._keys.settled(one.key for one in kept)
            return [one for one in kept if one.key in settled]

        windows = windows_within(months, query.start, page_end(now, query.end, after))
        first = FIRST_WINDOW_OF_A_NUMBER if query.number else FIRST_WINDOW
        return page_newest_first(windows, fetch, keep, _position, after, limit, first=first)

    def _stored(self, client: Client, found: Sequence[FoundTraffic]) -> list[StoredTraffic]:
        ids = [one.record_id for one in found]
        stored = self._repository.fetch_many(client.scope(Role.CONTROLLER), ids)
        return [stored[one.record_id] for one in found if one.record_id in stored]

    def _windows(self, query: TrafficQuery) -> Iterator[Window]:
        end = page_end(self._clock.now(), query.end, None)
        return windows_within(self._keys.numbers.months(), query.start, end)

    def _fetch(self, client: Client, query: TrafficQuery, window: Window) -> list[FoundTraffic]:
        tokens = (
            self._keys.numbers.tokens(Role.CONTROLLER, window.month, query.number)
            if query.number
            else None
        )
        return self._repository.fetch_window(client.scope(Role.CONTROLLER), window, tokens)

    def _log(self, access: Access, client: Client, purpose: Purpose | None, count: int) -> None:
        details = {"count": count, "purpose_of_data": purpose, **access.statement()}
        event = Event("traffic.read", access.actor, self._clock.now(), client.id, details)
        self._audit.append([event])


def _opened(
    stored: Iterable[StoredTraffic], keys: Mapping[KeyReference, bytes]
) -> Iterator[Opened]:
    """Open those whose key is there."""
    for record in stored:
        if key := keys.get(record.key):
            yield record, open_json(key, record.payload, record.binding)


def _concerned(opened: Opened) -> Concerned:
    """What a restriction may name: the record, or one of its parties."""
    record, content = opened
    return Concerned(Role.CONTROLLER, record.record_id, tuple(parties(content)))


def _position(record: FoundTraffic) -> Position:
    return Position(record.started_at, record.record_id.bytes)


def _verdict(client: Client, record: FoundTraffic | StoredTraffic) -> Verdict:
    return client.terms.verdict(Category.TRAFFIC, Role.CONTROLLER, record.ended_at)
