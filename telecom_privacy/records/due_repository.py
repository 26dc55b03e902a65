"""What `records.repository` asks about terms: which records may be due, and which are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pymongo.collection import Collection

from telecom_privacy.policies.reach import Reach
from telecom_privacy.policies.triggers import RENEWED
from telecom_privacy.records.documents import CANDIDATE, candidate_from
from telecom_privacy.records.model import Candidate
from telecom_privacy.scope import Scope
from telecom_privacy.storage.backlog import Months, oldest_first
from telecom_privacy.storage.mongo import CANDIDATES, Document, translating_errors
from telecom_privacy.storage.paging import EARLIEST

_KIND = ("client", "category", "role")


@dataclass(frozen=True, slots=True)
class _Search:
    """Records by one of their times, up to a moment; perhaps those only that an event lacks."""

    field: str
    until: datetime
    lacking: str | None = None

    def query(self, start: datetime, end: datetime) -> Document:
        """What lies in `[start, end)`."""
        lacking = {} if self.lacking is None else {f"events.{self.lacking}": None}
        # Not `$lte`: the embedded database misses the bound itself where an index goes on after it.
        return {**lacking, self.field: {"$gte": max(start, EARLIEST), "$lt": end}}

    def finds(self, one: Candidate) -> bool:
        """Tell whether the search, for what is not `moved_at`, finds a record."""
        times = {"occurred_at": one.occurred_at}
        times |= {_event(name): at for name, at in one.events.items()}
        at = times.get(self.field)
        return at is not None and at <= self.until and self.lacking not in one.events


class DueQueries:
    """Each query has an index of exactly its fields.

    The embedded database scans the collection where an index lacks one.
    """

    _collection: Collection[Document]

    def _create_due_indexes(self) -> None:
        renewed = [[_event(name), "occurred_at"] for name in sorted(RENEWED)]
        with translating_errors():
            for names in (["occurred_at"], ["moved_at"], *renewed):
                self._collection.create_index([(name, 1) for name in (*_KIND, *names)])

    def fetch_due(
        self, scope: Scope, category: str, reach: Reach, months: Months
    ) -> Iterator[Candidate]:
        """The records within a reach, each of them once. Of each kind the oldest first.

        Without the consents that still lead to what rests on them, or to their proof: that comes
        first. `months` are those in which much may lie (see `storage.backlog`).
        """
        searches = list(_searches(reach))
        for number, search in enumerate(searches):
            fetch = partial(self._searched, of_kind(scope, category), search)
            for one in oldest_first(fetch, months, search.until):
                if one.is_settled and not any(earlier.finds(one) for earlier in searches[:number]):
                    yield one

    def _searched(
        self, kind: Document, search: _Search, start: datetime, end: datetime
    ) -> Iterator[Candidate]:
        return self._candidates({**kind, **search.query(start, end)}, search.field)

    def fetch_kept(self, scope: Scope) -> Iterator[Candidate]:
        """All records of a client in one role that are not erased."""
        pair = {"client": scope.client_id, "role": scope.role}
        yield from self._candidates({**pair, "record_id": {"$exists": True}}, "category")

    def _candidates(self, query: Document, order: str) -> Iterator[Candidate]:
        with translating_errors():
            found = self._collection.find(query, CANDIDATE).sort(order, 1)
            for document in found.batch_size(CANDIDATES):
                yield candidate_from(document)


def of_kind(scope: Scope, category: str) -> Document:
    """The query for the records of one category and role."""
    return dict(zip(_KIND, (scope.client_id, category, scope.role), strict=True))


def _searches(reach: Reach) -> Iterator[_Search]:
    """Those by `moved_at` last: what an older version stored there is earlier than need be."""
    if reach.occurred_by is not None:
        yield _Search("occurred_at", reach.occurred_by)
    for name, until in reach.renewed_by.items():
        yield _Search("occurred_at", until, lacking=name)
        yield _Search(_event(name), until)
    if reach.awaited_by is not None:
        yield _Search("moved_at", reach.awaited_by)


def _event(name: str) -> str:
    return f"events.{name}"
