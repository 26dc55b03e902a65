"""How much is held of a client now, by category: counted by index, nothing is opened.

What is past its term is not counted, swept or not; nor what only a hold keeps, which lies apart.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.policies.model import Category
from telecom_privacy.records.service import RecordService
from telecom_privacy.retention.sources import Sources
from telecom_privacy.scope import Role
from telecom_privacy.storage.spans import Span

MOST_DUE = 10_000
"""How many records that are past their term, but not yet swept, are told from the others."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a category, and between which times it occurred."""

    category: str
    span: Span


class Holdings:
    """Costs what is held, in the database: one count for each category that was ever stored."""

    def __init__(
        self,
        calls: CallService,
        licences: LicenceService,
        records: RecordService,
        sources: Sources,
        schedule: Schedule,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._licences = licences
        self._records = records
        self._sources = sources
        self._schedule = schedule
        self._clock = clock

    def of(self, client: Client) -> list[Held]:
        """Count the client's processor data, by category."""
        now = self._clock.now()
        found = (
            Held(category, self._live(client, category, now))
            for category in self._categories(client)
        )
        return [held for held in found if held.span.count]

    def stored_after(self, client: Client, at: datetime) -> list[Held]:
        """Count, of the same, what was handed in or changed after a time, by category.

        What is past its term, and was not swept yet, counts here: rather too much than nothing.
        """
        found = (
            Held(category, self._span(client, category, at))
            for category in self._categories(client)
        )
        return [held for held in found if held.span.count]

    def total(self, client: Client) -> int:
        """Return how many records are held in all."""
        return sum(held.span.count for held in self.of(client))

    def _categories(self, client: Client) -> list[str]:
        """Those of which something may be held, by name."""
        known = self._schedule.categories_of(client.id) | set(Category)
        kinds = client.terms.kinds()
        return sorted(c for c, role in kinds if role is Role.PROCESSOR and c in known)

    def _live(self, client: Client, category: str, now: datetime) -> Span:
        span = self._span(client, category)
        source = self._sources.get((category, Role.PROCESSOR))
        if source is None or not span.count:
            return span
        due = source(client, client.terms, now)
        gone = sum(1 for _ in islice(due, min(span.count, MOST_DUE)))
        return replace(span, count=span.count - gone)

    def _span(self, client: Client, category: str, stored_after: datetime | None = None) -> Span:
        if category == Category.CALL:
            return self._calls.measure(client, stored_after)
        if category == Category.RECORDING:
            return self._calls.measure_recordings(client, stored_after)
        if category == Category.LICENCE:
            return self._licences.measure(client, stored_after)
        return self._records.measure(client, category, Role.PROCESSOR, stored_after)
