"""The erasure ledger: collection `erasures` of the audit database.

It lies there because a restore of the bulk data or of the keystore must not take it back.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from bson import Binary

from telecom_privacy.erasure.documents import reference_document
from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.policies.model import Action
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import (
    BATCH,
    Document,
    MongoDatabase,
    translating_errors,
)
from telecom_privacy.storage.paging import EARLIEST

LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class ErasureRepository:
    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit["erasures"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("open_since")
            self._collection.create_index("uncertified_since")
            self._collection.create_index([("client", 1), ("at", 1)])
            self._collection.create_index("at")
            self._collection.create_index("items.page")
            self._collection.create_index("nodes")
            self._collection.create_index("not_final_since")
            self._collection.create_index("run")
            self._collection.create_index("deferred.certificate")

    def insert(self, erasure: Erasure) -> None:
        """Record the intent; it stays open until `close`."""
        document = {
            "_id": erasure.id,
            "client": erasure.client_id,
            "role": erasure.role,
            "category": erasure.category,
            "rule": erasure.rule,
            "action": erasure.action,
            "at": erasure.at,
            "open_since": erasure.at,
            "uncertified_since": erasure.at,
            "not_final_since": erasure.at,
            "salt": Binary(erasure.salt),
            "items": [_item_document(item) for item in erasure.items],
            "nodes": list(erasure.nodes),
            "above": list(erasure.above),
        }
        with translating_errors():
            self._collection.insert_one(document)

    def decide(self, erasure_id: UUID, withheld: Iterable[UUID], leaf_index: int) -> bool:
        """Store what is withheld, and where the log has it. False if that was decided already."""
        undecided = {"_id": erasure_id, "withheld": {"$exists": False}}
        change = {"$set": {"withheld": list(withheld), "leaf_index": leaf_index}}
        with translating_errors():
            return self._collection.update_one(undecided, change).matched_count == 1

    def withdraw(self, erasure_id: UUID) -> None:
        """Take back an intent of which nothing was done or decided."""
        with translating_errors():
            self._collection.delete_one({"_id": erasure_id, "withheld": {"$exists": False}})

    def close(self, erasure_id: UUID, destroyed_at: datetime) -> None:
        """Record that it is finished, and by when the keys were gone."""
        change = {"$unset": {"open_since": 1}, "$set": {"destroyed_at": destroyed_at}}
        still_open = {"_id": erasure_id, "open_since": {"$exists": True}}
        with translating_errors():
            self._collection.update_one(still_open, change)

    def fetch(self, erasure_id: UUID) -> Erasure | None:
        with translating_errors():
            found = self._collection.find_one({"_id": erasure_id})
        return erasure_from(found) if found else None

    def fetch_open(self, before: datetime = LATEST) -> list[Erasure]:
        """Erasures that are not finished, of those that were begun before a time."""
        with translating_errors():
            return [
                erasure_from(found)
                for found in self._collection.find(
                    {"open_since": {"$gte": EARLIEST, "$lt": before}}
                )
            ]

    def has_open(self, client_id: UUID | None = None, before: datetime = LATEST) -> bool:
        """Whether an erasure, perhaps of a client's records, was begun and is not finished."""
        query: Document = {"open_since": {"$gte": EARLIEST, "$lt": before}}
        if client_id is not None:
            query["client"] = client_id
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None

    def fetch_all(self) -> Iterator[Erasure]:
        """The whole ledger, oldest first."""
        with translating_errors():
            found_all = self._collection.find({"at": {"$lte": LATEST}}).sort("at", 1)
            for found in found_all.batch_size(BATCH):
                yield erasure_from(found)

    def choose(self, run: UUID, before: datetime) -> int:
        """Name those that a run makes final: the finished ones that are not. Return how many."""
        query = {
            "not_final_since": {"$gte": EARLIEST, "$lte": before},
            "open_since": {"$exists": False},
            "run": {"$exists": False},
        }
        self._update_some_at_a_time(query, {"$set": {"run": run}})
        return self.count_chosen(run)

    def count_chosen(self, run: UUID) -> int:
        with translating_errors():
            return self._collection.count_documents({"run": run})

    def fetch_chosen(self, run: UUID) -> Iterator[Erasure]:
        with translating_errors():
            for found in self._collection.find({"run": run}).batch_size(BATCH):
                yield erasure_from(found)

    def mark_final(self, run: UUID, at: datetime) -> None:
        """Make what a run chose final; it is to be certified anew."""
        change = {
            "$set": {"final_at": at, "uncertified_since": at},
            "$unset": {"run": 1, "not_final_since": 1},
        }
        self._update_some_at_a_time({"run": run}, change)

    def _update_some_at_a_time(self, query: Document, change: Document) -> None:
        """Change what matches now: one command over a long ledger would outlast its time-out."""
        with translating_errors():
            matching = [found["_id"] for found in self._collection.find(query, {"_id": 1})]
        for some in queries_by_id(matching):
            with translating_errors():
                self._collection.update_many({**query, **some}, change)

    def names_key(self, key: KeyReference) -> bool:
        """Whether the ledger says that this key was, or is being, destroyed."""
        with translating_errors():
            return self._collection.find_one(_naming(key), {"_id": 1}) is not None

    def fetch_above(self, keys: Iterable[KeyReference]) -> set[str]:
        """The names of the nodes above these keys, as the entries that destroy them have it."""
        above: set[str] = set()
        for key in keys:
            with translating_errors():
                for found in self._collection.find(_naming(key), {"above": 1}):
                    above.update(found["above"])
        return above

    def names_node(self, name: str) -> bool:
        """Whether the ledger says that this node was, or is being, destroyed."""
        with translating_errors():
            return self._collection.find_one({"nodes": name}, {"_id": 1}) is not None


def _naming(key: KeyReference) -> Document:
    return {"items": {"$elemMatch": reference_document(key)}}


def _item_document(item: ErasedItem) -> Document:
    return {
        "record": item.record_id,
        **reference_document(item.key),
        "document": item.document,
    }


def erasure_from(found: Document) -> Erasure:
    items = tuple(
        ErasedItem(item["record"], KeyReference(item["page"], item["slot"]), item["document"])
        for item in found["items"]
    )
    return Erasure(
        id=found["_id"],
        client_id=found["client"],
        role=Role(found["role"]),
        category=found["category"],
        rule=found["rule"],
        at=found["at"],
        salt=bytes(found["salt"]),
        items=items,
        action=Action(found["action"]),
        nodes=tuple(found["nodes"]),
        above=tuple(found["above"]),
        withheld=frozenset(found["withheld"]) if "withheld" in found else None,
        leaf_index=found.get("leaf_index"),
        destroyed_at=found.get("destroyed_at"),
        final_at=found.get("final_at"),
        place=found.get("certified", {}).get("place"),
    )
