"""Collection `schedule` of the bulk database (see `erasure.schedule`)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

_IDS_PER_QUERY = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """A client and a category of its records."""

    client_id: UUID
    category: str

    @property
    def key(self) -> str:
        return f"{self.client_id}/{self.category}"


class ScheduleRepository:
    """One document per pair; without `next` while a sweeper has claimed it."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["schedule"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("next")
            self._collection.create_index("claimed_at")
            self._collection.create_index("client")

    def fetch(self, pairs: Collection[Pair]) -> dict[Pair, datetime]:
        """The moments that are noted for the pairs; a claimed pair has none."""
        keys = [pair.key for pair in pairs]
        found: dict[Pair, datetime] = {}
        for first in range(0, len(keys), _IDS_PER_QUERY):
            query = {"_id": {"$in": keys[first : first + _IDS_PER_QUERY]}}
            with translating_errors():
                found |= {
                    _pair(one): one["next"] for one in self._collection.find(query) if "next" in one
                }
        return found

    def lower(self, moments: Mapping[Pair, datetime]) -> None:
        """Note moments where they are earlier than what is noted."""
        writes = [_lowering(pair, {"$min": {"next": at}}) for pair, at in moments.items()]
        self._write(writes)

    def lower_client(self, client_id: UUID, at: datetime) -> None:
        with translating_errors():
            self._collection.update_many({"client": client_id}, {"$min": {"next": at}})

    def lower_all(self, at: datetime) -> None:
        with translating_errors():
            self._collection.update_many({}, {"$min": {"next": at}})

    def lower_claimed(self, before: datetime, at: datetime) -> None:
        """Note `at` for what was claimed before a time and not settled."""
        change = {"$min": {"next": at}, "$unset": {"claimed_at": 1}}
        with translating_errors():
            self._collection.update_many({"claimed_at": {"$lte": before}}, change)

    def insert_missing(self, pairs: Iterable[Pair], at: datetime) -> None:
        self._write([_lowering(pair, {"$setOnInsert": {"next": at}}) for pair in pairs])

    def fetch_due(self, until: datetime, since: datetime | None) -> list[Pair]:
        bounds = {"$lte": until} if since is None else {"$lte": until, "$gt": since}
        with translating_errors():
            found = self._collection.find({"next": bounds}).sort("next", 1)
            return [_pair(document) for document in found]

    def claim(self, pair: Pair, at: datetime) -> None:
        change = {"$unset": {"next": 1}, "$set": {"claimed_at": at}}
        with translating_errors():
            self._collection.update_one({"_id": pair.key}, change)

    def settle(self, pair: Pair, at: datetime) -> None:
        change = {"$min": {"next": at}, "$unset": {"claimed_at": 1}}
        with translating_errors():
            self._collection.update_one({"_id": pair.key}, change)

    def _write(self, writes: list[UpdateOne]) -> None:
        if not writes:
            return
        try:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)
        except BulkWriteError:  # others inserted the same pairs: now they are there to be changed
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)


def _lowering(pair: Pair, change: Document) -> UpdateOne:
    new = {**change.get("$setOnInsert", {}), "client": pair.client_id, "category": pair.category}
    return UpdateOne({"_id": pair.key}, {**change, "$setOnInsert": new}, upsert=True)


def _pair(document: Document) -> Pair:
    return Pair(document["client"], document["category"])
