"""What certificates count of the ledger (collection `erasures` of the audit database)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pymongo import UpdateOne

from telecom_privacy.erasure.model import (
    RELEASED,
    Counted,
    CountedRecord,
    Deferred,
    ErasedItem,
    Erasure,
)
from telecom_privacy.erasure.repository import erasure_from
from telecom_privacy.storage.mongo import (
    BATCH,
    Document,
    MongoDatabase,
    translating_errors,
)
from telecom_privacy.storage.paging import EARLIEST

_PAGES_PER_QUERY = 250


class CertifiedRepository:
    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit["erasures"]

    def fetch_uncertified(self, before: datetime, client_id: UUID | None) -> Iterator[Erasure]:
        """Finished erasures, perhaps of one client, with news for a certificate, oldest first."""
        query: Document = {
            "uncertified_since": {"$gte": EARLIEST, "$lte": before},
            "open_since": {"$exists": False},
        }
        if client_id is not None:
            query["client"] = client_id
        with translating_errors():
            found_all = self._collection.find(query).sort("uncertified_since", 1)
            for found in found_all.batch_size(BATCH):
                yield erasure_from(found)

    def fetch_still_uncertified(self, erasures: Sequence[Erasure]) -> list[Erasure]:
        """Those of `erasures` that still have news, as they are now."""
        ids = [erasure.id for erasure in erasures]
        query = {"_id": {"$in": ids}, "uncertified_since": {"$exists": True}}
        with translating_errors():
            found = list(self._collection.find(query, {"certified": 1, "final_at": 1}))
        now = {one["_id"]: one for one in found}
        return [_renewed(erasure, now[erasure.id]) for erasure in erasures if erasure.id in now]

    def mark_uncounted(self, erasure_ids: Collection[UUID]) -> None:
        """Mark erasures that no certificate counts."""
        if erasure_ids:
            change = {"$unset": {"uncertified_since": 1}}
            with translating_errors():
                self._collection.update_many({"_id": {"$in": list(erasure_ids)}}, change)

    def mark_counted(self, certificate_id: UUID, counted: Sequence[Counted]) -> None:
        """Mark what a certificate counts; what became final meanwhile keeps being news."""
        settled = [_marking(certificate_id, one, is_settled=True) for one in counted]
        others = [_marking(certificate_id, one, is_settled=False) for one in counted]
        with translating_errors():
            marked = self._collection.bulk_write(settled, ordered=False).matched_count
            if marked < len(settled):
                self._collection.bulk_write(others, ordered=False)

    def fetch_counted_records(
        self, certificate_id: UUID, erasures: Sequence[Erasure]
    ) -> frozenset[CountedRecord]:
        """The records of `erasures` that a certificate counts already, in another erasure."""
        wanted = {record for one in erasures for record in one.counted_records}
        query = {"certified.certificate": certificate_id}
        pages = {item.key.page for one in erasures for item in one.items}
        found = (
            (one["category"], item["record"])
            for one in self._fetch_naming(query, pages)
            for item in one["items"]
        )
        return frozenset(wanted.intersection(found))

    def fetch_deferred(self, certificate_id: UUID) -> Iterator[Deferred]:
        """What a certificate counts and a hold kept."""
        with translating_errors():
            found_all = self._collection.find({"deferred.certificate": certificate_id})
            for found in found_all.batch_size(BATCH):
                erasure, records = erasure_from(found), set(found["deferred"]["records"])
                items = tuple(item for item in erasure.items if item.record_id in records)
                yield Deferred(erasure.rule, erasure.category, items)

    def fetch_released(self, items: Sequence[ErasedItem]) -> dict[UUID, datetime]:
        """Which records of `items` were destroyed after all holds were released, and when."""
        records, released = {item.record_id for item in items}, dict[UUID, datetime]()
        query = {"rule": RELEASED, "destroyed_at": {"$exists": True}}
        for found in self._fetch_naming(query, {item.key.page for item in items}):
            for record in records.intersection(item["record"] for item in found["items"]):
                first = released.get(record, found["destroyed_at"])
                released[record] = min(first, found["destroyed_at"])
        return released

    def _fetch_naming(self, query: Document, pages: Collection[UUID]) -> Iterator[Document]:
        """The erasures that name a key of these pages; of each a few fields."""
        wanted, fields = list(pages), {"category": 1, "items.record": 1, "destroyed_at": 1}
        for first in range(0, len(wanted), _PAGES_PER_QUERY):
            some = {"items.page": {"$in": wanted[first : first + _PAGES_PER_QUERY]}}
            with translating_errors():
                yield from self._collection.find({**some, **query}, fields).batch_size(BATCH)


def _renewed(erasure: Erasure, found: Document) -> Erasure:
    place = found.get("certified", {}).get("place")
    return replace(erasure, place=place, final_at=found.get("final_at"))


def _marking(certificate_id: UUID, counted: Counted, *, is_settled: bool) -> UpdateOne:
    query: Document = {"_id": counted.erasure_id}
    values: Document = {"certified": {"certificate": certificate_id, "place": counted.place}}
    change: Document = {"$set": values}
    if counted.deferred:
        deferred = {"certificate": certificate_id, "records": list(counted.deferred)}
        values["deferred"] = deferred
    if is_settled:
        query["final_at"] = {"$exists": counted.is_final}
        change["$unset"] = {"uncertified_since": 1}
    return UpdateOne(query, change)
