"""Traffic records: written beside each call, read by purpose."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DueItem, ErasedItem
from telecom_privacy.http.access import Access
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms, Verdict
from telecom_privacy.policies.model import Category, Purpose
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import (
    Position,
    Window,
    narrowed,
    page_newest_first,
    windows_within,
)
from telecom_privacy.traffic.model import StoredTraffic
from telecom_privacy.traffic.repository import TrafficRepository


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
        self, repository: TrafficRepository, keys: KeyService, audit: AuditLog, clock: Clock
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._audit = audit
        self._clock = clock

    def insert_many(self, records: Sequence[StoredTraffic]) -> None:
        """Store the controller copies of calls that are being stored."""
        self._repository.insert_many(records)

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
        """Return a page of the records whose billing term is not over."""
        found = self._page(client, query, Purpose.BILLING, after, limit + 1)
        stored = found[:limit]
        keys = self._keys.open_existing({record.key: record.binding for record in stored})
        for record in stored:
            # One that is being withdrawn just now loses its key without an erasure.
            if record.key not in keys and self._repository.holds(record.record_id):
                self._keys.require_erased(record.key, record.record_id)
        items = [
            open_json(keys[record.key], record.payload, record.binding)
            for record in stored
            if record.key in keys
        ]
        self._log(access, client, Purpose.BILLING, len(items))
        more = _position(stored[-1]) if len(found) > limit else None
        return TrafficPage(items, more)

    def count(self, access: Access, client: Client, query: TrafficQuery) -> int:
        """Count the records that are kept for any purpose, without opening one."""
        now, found = self._clock.now(), 0
        for window in self._windows(query):
            records = self._fetch(client, query, window)
            found += sum(not _verdict(client, record).is_due(now) for record in records)
        self._log(access, client, None, found)
        return found

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the records that no purpose needs any more at `now`, oldest first."""
        cutoff = terms.latest_due(Category.TRAFFIC, Role.CONTROLLER, now)
        scope = client.scope(Role.CONTROLLER)
        for record in self._repository.fetch_started_before(scope, cutoff) if cutoff else ():
            verdict = terms.verdict(Category.TRAFFIC, Role.CONTROLLER, record.ended_at)
            if verdict.is_due(now):
                item = ErasedItem(record.record_id, record.key, record.record_id)
                yield DueItem(item, verdict.due_at or now, verdict.rule_id or "")

    def is_empty(self, client: Client, window: Window) -> bool:
        return not self._repository.has_records(client.scope(Role.CONTROLLER), window)

    def _page(
        self,
        client: Client,
        query: TrafficQuery,
        purpose: Purpose,
        after: Position | None,
        limit: int,
    ) -> list[StoredTraffic]:
        now = self._clock.now()

        def fetch(window: Window) -> list[StoredTraffic]:
            return [
                record
                for record in self._fetch(client, query, window)
                if not _verdict(client, record).purpose_over(purpose, now)
            ]

        end = after and after.at + timedelta(milliseconds=1)
        windows = self._windows(replace(query, end=end) if end else query)
        return page_newest_first(windows, fetch, _position, after, limit)

    def _windows(self, query: TrafficQuery) -> Sequence[Window]:
        months = self._keys.index_months()
        windows = windows_within(months, query.start, query.end)
        return list(windows if query.number else narrowed(windows))

    def _fetch(self, client: Client, query: TrafficQuery, window: Window) -> list[StoredTraffic]:
        number = (
            self._keys.number_token(Role.CONTROLLER, window.month, query.number)
            if query.number
            else None
        )
        return self._repository.fetch_window(client.scope(Role.CONTROLLER), window, number)

    def _log(self, access: Access, client: Client, purpose: Purpose | None, count: int) -> None:
        details = {"count": count, "purpose_of_data": purpose, **access.statement()}
        event = Event("traffic.read", access.actor, self._clock.now(), client.id, details)
        self._audit.append([event])


def _position(record: StoredTraffic) -> Position:
    return Position(record.started_at, record.record_id.bytes)


def _verdict(client: Client, record: StoredTraffic) -> Verdict:
    return client.terms.verdict(Category.TRAFFIC, Role.CONTROLLER, record.ended_at)
