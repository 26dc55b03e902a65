"""Collection `accesses` of the audit database: which entries tell of a client's data being opened.

Derived: each batch of the log names its own accesses, so that what a kill left out is found again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from telecom_privacy.audit.documents import (
    access_document,
    access_from,
    accesses_of,
    sealed_entries,
)
from telecom_privacy.audit.model import LoggedAccess, SealedEntry
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, translating_errors
from telecom_privacy.storage.paging import Window

_INDEXED = "accesses-indexed"


class AccessQueries:
    """The part of `AuditRepository` that finds entries by the client whose data was opened."""

    _accesses: Collection[Document]
    _batches: Collection[Document]
    _state: Collection[Document]

    def _create_access_indexes(self) -> None:
        with translating_errors():
            self._accesses.create_index([("client", 1), ("own", 1), ("at", 1)])

    def insert_accesses(self, accesses: Sequence[LoggedAccess]) -> None:
        """Make entries findable; those that are already stay as they are."""
        if not accesses:
            return
        try:
            with translating_errors():
                self._accesses.insert_many(map(access_document, accesses), ordered=False)
        except BulkWriteError:
            return  # nothing but duplicates: another has found them at the same time

    def fetch_accesses(
        self, client_id: UUID, is_own: bool, window: Window, most: int
    ) -> list[LoggedAccess]:
        """Find the newest accesses of a window to a client's data, newest first (0: all).

        `is_own` tells the client's own ones from those of others.
        """
        within = {"$gte": window.start, "$lt": window.end}
        query = {"client": client_id, "own": is_own, "at": within}
        with translating_errors():
            found = self._accesses.find(query).sort("at", -1).limit(most)
            return [access_from(document) for document in found]

    def count_accesses(self, client_id: UUID, is_own: bool, since: datetime) -> int:
        query = {"client": client_id, "own": is_own, "at": {"$gte": since}}
        with translating_errors():
            return self._accesses.count_documents(query)

    def fetch_batches_of_accesses(
        self, start: int
    ) -> Iterator[tuple[int, int, list[LoggedAccess]]]:
        """Yield first index, count and accesses of each batch from `start` on, in order."""
        fields = {"first": 1, "count": 1, "accesses": 1}
        with translating_errors():
            for batch in self._batches.find({"first": {"$gte": start}}, fields).sort("first", 1):
                yield batch["first"], batch["count"], accesses_of(batch)

    def fetch_logged(self, accesses: Iterable[LoggedAccess]) -> dict[int, SealedEntry]:
        """Return the entries of accesses by their index, as far as they are there."""
        wanted: dict[int, list[LoggedAccess]] = {}
        for access in accesses:
            wanted.setdefault(access.first, []).append(access)
        found: dict[int, SealedEntry] = {}
        for query in queries_by_id(wanted):
            with translating_errors():
                for batch in self._batches.find(query):
                    entries = sealed_entries(batch)
                    places = (access.index for access in wanted[batch["first"]])
                    found |= {index: entries[index - batch["first"]] for index in places}
        return found

    def fetch_indexed_size(self) -> int:
        """Return the size of the log up to which all accesses can be found."""
        with translating_errors():
            state = self._state.find_one({"_id": _INDEXED})
        return int(state["size"]) if state else 0

    def advance_indexed_size(self, size: int) -> None:
        with translating_errors():
            self._state.update_one({"_id": _INDEXED}, {"$max": {"size": size}}, upsert=True)
