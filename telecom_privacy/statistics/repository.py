"""The collections of the bulk database whose names begin with `statistics`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import uuid4

from pymongo.errors import BulkWriteError, DuplicateKeyError

from telecom_privacy.scope import Role, Scope
from telecom_privacy.statistics.model import SMALLEST, Batch, Count, ErasedRecord, Fold, Group
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

_MOST = 500
"""Records of one batch: they are read, and counted, at once."""


class StatisticsRepository:
    """A record is pending, by its id, until a fold has turned it into a part of a count."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._counts = bulk["statistics"]
        self._batches = bulk["statistics_batches"]
        self._pending = bulk["statistics_pending"]
        self._folds = bulk["statistics_folds"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._counts.create_index([("client", 1), ("month", 1)])
            self._pending.create_index("batch")

    def insert_pending(self, records: Sequence[ErasedRecord]) -> None:
        """Remember records of one client that are to be counted.

        One that is pending already stays so, once.
        """
        for first in range(0, len(records), _MOST):
            self._insert_batch(records[first : first + _MOST])

    def fetch_batches(self) -> Iterator[Batch]:
        """What is pending of all clients, perhaps also what was counted since this was called."""
        with translating_errors():
            for one in self._batches.find():
                yield Batch(one["_id"], one["client"])

    def fetch_pending(self, batch: Batch) -> list[ErasedRecord]:
        with translating_errors():
            found = list(self._pending.find({"batch": batch.id}))
        return [ErasedRecord(one["_id"], _group(one)) for one in found]

    def has_pending(self, batch: Batch) -> bool:
        with translating_errors():
            return self._pending.find_one({"batch": batch.id}, {"_id": 1}) is not None

    def drop(self, batch: Batch) -> None:
        """Forget a batch of which nothing is pending any more."""
        with translating_errors():
            self._batches.delete_one({"_id": batch.id})

    def fetch_fold(self, scope: Scope) -> Fold:
        """The newest fold of a client, finished or not; number 0 if there was none."""
        with translating_errors():
            found = self._folds.find_one({"_id": scope.client_id})
        return _fold(found) if found else Fold(scope.client_id)

    def begin(self, fold: Fold, now: datetime) -> bool:
        """Record the intent of a fold. False if another process began one meanwhile."""
        document = _fold_document(fold, now)
        query = {
            "_id": fold.client_id,
            "number": fold.number - 1,
            "open_since": {"$exists": False},
        }
        try:
            with translating_errors():
                done = self._folds.replace_one(query, document, upsert=fold.number == 1)
        except DuplicateKeyError:
            return False
        return fold.number == 1 or done.matched_count == 1

    def add(self, group: Group, count: int, fold: int) -> None:
        """Add to a count what a fold brings, once however often it is repeated."""
        change = {
            "$inc": {"count": count},
            "$set": {"fold": fold},
            "$setOnInsert": {**_group_document(group), "shown": 0},
        }
        query = {"_id": _name(group), "fold": {"$lt": fold}}
        try:
            with translating_errors():
                self._counts.update_one(query, change, upsert=True)
        except DuplicateKeyError:
            pass  # it has this fold already, or a later one
        self._show(group)

    def finish(self, fold: Fold) -> None:
        """Forget which records a fold counted."""
        change = {"$unset": {"open_since": 1, "counts": 1, "batch": 1, "records": 1}}
        with translating_errors():
            if fold.batch_id:
                counted = {"$in": list(fold.record_ids)}
                self._pending.delete_many({"batch": fold.batch_id, "_id": counted})
            self._folds.update_one({"_id": fold.client_id, "number": fold.number}, change)

    def _insert_batch(self, records: Sequence[ErasedRecord]) -> None:
        # The batch first: what is pending without one would never be counted.
        batch = Batch(uuid4(), records[0].group.client_id)
        self._put(batch)
        try:
            with translating_errors():
                pending = [_pending(one, batch) for one in records]
                self._pending.insert_many(pending, ordered=False)
        except BulkWriteError:
            pass  # duplicates only: others were begun to be erased twice
        self._put(batch)  # again: who found it empty meanwhile may have dropped it

    def _put(self, batch: Batch) -> None:
        change = {"$set": {"client": batch.client_id}}
        with translating_errors():
            self._batches.update_one({"_id": batch.id}, change, upsert=True)

    def fetch_shown(self, scope: Scope, first: str | None, last: str | None) -> list[Count]:
        """The counts of a client's months from `first` to `last` that may be shown."""
        months = {"$gte": first or "", "$lte": last or "9999-12"}
        query = {"client": scope.client_id, "month": months, "role": scope.role}
        with translating_errors():
            rows = list(self._counts.find(query))
        return [Count(_group(row), row["shown"]) for row in rows if row["shown"]]

    def _show(self, group: Group) -> None:
        """Let a count be seen as it is now, if it has grown by a whole group."""
        with translating_errors():
            row = self._counts.find_one({"_id": _name(group)})
            if row and row["count"] - row["shown"] >= SMALLEST:
                query = {"_id": row["_id"], "shown": row["shown"]}
                self._counts.update_one(query, {"$set": {"shown": row["count"]}})


def _name(group: Group) -> str:
    parts = (str(group.client_id), group.role, group.month, group.category, group.direction or "")
    return "/".join(parts)


def _group_document(group: Group) -> Document:
    return {
        "client": group.client_id,
        "role": group.role.value,
        "month": group.month,
        "category": group.category,
        "direction": group.direction,
    }


def _group(found: Document) -> Group:
    return Group(
        found["client"], Role(found["role"]), found["month"], found["category"], found["direction"]
    )


def _pending(record: ErasedRecord, batch: Batch) -> Document:
    return {"_id": record.record_id, "batch": batch.id, **_group_document(record.group)}


def _fold_document(fold: Fold, now: datetime) -> Document:
    return {
        "_id": fold.client_id,
        "number": fold.number,
        "open_since": now,
        "counts": [{**_group_document(group), "count": n} for group, n in fold.counts],
        "batch": fold.batch_id,
        "records": list(fold.record_ids),
    }


def _fold(found: Document) -> Fold:
    return Fold(
        client_id=found["_id"],
        number=found["number"],
        counts=tuple((_group(one), one["count"]) for one in found.get("counts", ())),
        batch_id=found.get("batch"),
        record_ids=tuple(found.get("records", ())),
    )
