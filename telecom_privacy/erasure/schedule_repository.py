"""Collection `schedule` of the bulk database (see `erasure.schedule`)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from telecom_privacy.erasure.model import Pair
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST

_BASIS = "schedule"


class ScheduleRepository:
    """One document per pair; without `next` while a sweeper has claimed it."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["schedule"]
        self._state = bulk["state"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("next")
            self._collection.create_index("claimed_at")
            self._collection.create_index("client")

    def fetch(self, pairs: Collection[Pair]) -> dict[Pair, datetime]:
        """The moments that are noted for the pairs; a claimed pair has none."""
        found = self._documents(pairs)
        return {_pair(document): document["next"] for document in found if "next" in document}

    def fetch_existing(self, pairs: Collection[Pair]) -> set[Pair]:
        """Those of the pairs that have an entry."""
        return {_pair(document) for document in self._documents(pairs)}

    def fetch_categories(self, client_id: UUID) -> set[str]:
        with translating_errors():
            found = self._collection.find({"client": client_id}, {"category": 1})
            return {document["category"] for document in found}

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
            self._collection.update_many({"claimed_at": {"$gte": EARLIEST, "$lte": before}}, change)

    def insert_missing(self, moments: Mapping[Pair, datetime]) -> None:
        """Note moments for pairs of which nothing is noted."""
        self._write(
            [_lowering(pair, {"$setOnInsert": {"next": at}}) for pair, at in moments.items()]
        )

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

    def fetch_basis(self) -> str | None:
        """What stands for the policies by which the schedule was computed."""
        with translating_errors():
            found = self._state.find_one({"_id": _BASIS})
        return found["policies"] if found else None

    def save_basis(self, policies: str) -> None:
        with translating_errors():
            change = {"$set": {"policies": policies}}
            self._state.update_one({"_id": _BASIS}, change, upsert=True)

    def delete(self, pair: Pair) -> None:
        with translating_errors():
            self._collection.delete_one({"_id": pair.key})

    def _documents(self, pairs: Collection[Pair]) -> Iterator[Document]:
        for query in queries_by_id(pair.key for pair in pairs):
            with translating_errors():
                yield from self._collection.find(query)

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
