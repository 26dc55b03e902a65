"""Collection `recipient_changes`: the changes that were told, so that each is told once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pymongo import UpdateOne

from telecom_privacy.storage.mongo import MongoDatabase, translating_errors


class ChangeRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["recipient_changes"]

    def fetch_known(self) -> set[UUID]:
        with translating_errors():
            return {found["_id"] for found in self._collection.find({}, {"_id": 1})}

    def insert_absent(self, change_ids: Iterable[UUID], now: datetime) -> None:
        """Remember changes; those that are known stay as they are."""
        writes = [
            UpdateOne({"_id": one}, {"$setOnInsert": {"known_at": now}}, upsert=True)
            for one in change_ids
        ]
        if writes:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)
