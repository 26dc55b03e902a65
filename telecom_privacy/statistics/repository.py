"""Collections `statistics`, `statistics_pending` and `statistics_folds` of the bulk database."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from pymongo import DeleteOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from telecom_privacy.scope import Role, Scope
from telecom_privacy.statistics.model import SMALLEST, Count, ErasedRecord, Fold, Group
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class StatisticsRepository:
    """A record is pending, by its id, until a fold has turned it into a part of a count."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._counts = bulk["statistics"]
        self._pending = bulk["statistics_pending"]
        self._folds = bulk["statistics_folds"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._counts.create_index([("client", 1), ("month", 1)])
            self._pending.create_index("client")
            self._folds.create_index("open_since")

    def insert_pending(self, records: Sequence[ErasedRecord]) -> None:
        """Remember records that are to be counted. One that is pending already stays so, once."""
        try:
            with translating_errors():
                self._pending.insert_many([_pending(one) for one in records], ordered=False)
        except BulkWriteError:
            return  # duplicates only: others were begun to be erased twice

    def fetch_pending(self, scope: Scope) -> Iterator[ErasedRecord]:
        """What is pending of a client, perhaps also what was counted since this was called."""
        with translating_errors():
            for one in self._pending.find({"client": scope.client_id}):
                yield ErasedRecord(one["_id"], _group(one))

    def fetch_clients(self) -> set[UUID]:
        """The clients that have something to be counted."""
        with translating_errors():
            unfinished = self._folds.find({"open_since": {"$gte": _BEGINNING}}, {"_id": 1})
            return {one["_id"] for one in unfinished} | set(self._pending.distinct("client"))

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
        change = {"$unset": {"open_since": 1, "counts": 1, "records": 1}}
        # One by one: `$in` would scan all that is pending.
        counted = [DeleteOne({"_id": record_id}) for record_id in fold.record_ids]
        with translating_errors():
            if counted:
                self._pending.bulk_write(counted, ordered=False)
            self._folds.update_one({"_id": fold.client_id, "number": fold.number}, change)

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


def _pending(record: ErasedRecord) -> Document:
    return {"_id": record.record_id, **_group_document(record.group)}


def _fold_document(fold: Fold, now: datetime) -> Document:
    return {
        "_id": fold.client_id,
        "number": fold.number,
        "open_since": now,
        "counts": [{**_group_document(group), "count": n} for group, n in fold.counts],
        "records": list(fold.record_ids),
    }


def _fold(found: Document) -> Fold:
    return Fold(
        client_id=found["_id"],
        number=found["number"],
        counts=tuple((_group(one), one["count"]) for one in found.get("counts", ())),
        record_ids=tuple(found.get("records", ())),
    )
