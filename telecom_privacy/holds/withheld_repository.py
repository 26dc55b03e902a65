"""What holds keep of that which was erased (bulk data)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from pymongo import DeleteOne, UpdateOne

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.documents import documents_of, has_key
from telecom_privacy.erasure.documents import original as read
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.documents import (
    original_document,
    original_from,
    record_original,
    withheld_id,
)
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

Kept: TypeAlias = tuple[Original, frozenset[UUID]]
"""What was withheld, and the holds that keep it."""


class WithheldRepository:
    """Collection `withheld`: what holds keep of that which was erased.

    Collection `replaced`: copies of content versions, while they are being replaced. What has
    versions lies in the bulk database, but for the collections that `elsewhere` names.
    """

    def __init__(
        self, bulk: MongoDatabase, elsewhere: Mapping[str, MongoDatabase] | None = None
    ) -> None:
        self._bulk = bulk
        self._elsewhere = elsewhere or {}
        self._withheld = bulk["withheld"]
        self._replaced = bulk["replaced"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._withheld.create_index("holds")
            self._withheld.create_index([("client", 1), ("role", 1)])
            self._withheld.create_index("place")
            self._replaced.create_index("key.page")

    def keep(self, originals: Iterable[tuple[Original, Iterable[UUID]]]) -> None:
        """Store content versions with the ids of the holds that keep them; may be repeated."""
        writes = [
            UpdateOne(
                {"_id": withheld_id(original.item.key)},
                {
                    "$setOnInsert": original_document(original),
                    "$addToSet": {"holds": {"$each": list(holds)}},
                },
                upsert=True,
            )
            for original, holds in originals
        ]
        if writes:
            with translating_errors():
                self._withheld.bulk_write(writes, ordered=False)

    def mark(self, originals: Iterable[tuple[Original, Iterable[UUID]]]) -> None:
        """Add to the holds that keep what is kept already."""
        writes = [
            UpdateOne(
                {"_id": withheld_id(original.item.key)},
                {"$addToSet": {"holds": {"$each": list(holds)}}},
            )
            for original, holds in originals
        ]
        if writes:
            with translating_errors():
                self._withheld.bulk_write(writes, ordered=False)

    def fetch_kept_by(self, hold_id: UUID) -> Iterator[Kept]:
        """All that a hold keeps."""
        with translating_errors():
            for document in self._withheld.find({"holds": hold_id}):
                yield _kept(document)

    def fetch_of(self, client_id: UUID | None, role: Role | None = None) -> Iterator[Original]:
        """All that is kept of a client, or of all clients; in both roles or one."""
        given = {"client": client_id, "role": role}
        query = {name: value for name, value in given.items() if value is not None}
        with translating_errors():
            for document in self._withheld.find(query):
                yield original_from(document)

    def count_kept_by(self, hold_id: UUID) -> int:
        with translating_errors():
            return self._withheld.count_documents({"holds": hold_id})

    def let_go(self, hold_id: UUID, items: Iterable[ErasedItem]) -> None:
        """Let a released hold keep these no more."""
        writes = [
            UpdateOne({"_id": withheld_id(item.key)}, {"$pull": {"holds": hold_id}})
            for item in items
        ]
        if writes:
            with translating_errors():
                self._withheld.bulk_write(writes, ordered=False)

    def fetch_many(self, items: Iterable[ErasedItem]) -> list[Kept]:
        """Those of the content versions that are kept, and by which holds."""
        found: list[Kept] = []
        for query in queries_by_id(withheld_id(item.key) for item in items):
            with translating_errors():
                found += [_kept(one) for one in self._withheld.find(query)]
        return found

    def fetch_whole(self, content: Original, hold_id: UUID | None = None) -> Original | None:
        """The record that a content belongs to: withheld as well, or where it lies still.

        With `hold_id` only if this hold keeps it.
        """
        place, whole = content.item.document, content.whole_id
        query: Document = {"place": place, "record": whole, "content": None}
        if hold_id:
            query["holds"] = hold_id
        with translating_errors():
            withheld = self._withheld.find_one(query)
            if withheld:
                return original_from(withheld)
            home = self._bulk["calls" if content.category == Category.RECORDING else "records"]
            stored = home.find_one({"_id": place, "record_id": whole, "key": {"$exists": True}})
        return record_original(stored, content) if stored else None

    def delete_many(self, items: Iterable[ErasedItem]) -> None:
        writes = [DeleteOne({"_id": withheld_id(item.key)}) for item in items]
        if writes:
            with translating_errors():
                self._withheld.bulk_write(writes, ordered=False)

    def copy_version(
        self,
        copy: UUID,
        collection: str,
        binding: Binding,
        old: ErasedItem,
        original: Original | None = None,
    ) -> Sequence[Original]:
        """See `erasure.withheld.VersionCopies`."""
        found = [original] if original else self._stored(collection, binding, old)
        for one in found:
            with translating_errors():
                self._replaced.insert_one({"_id": copy, **original_document(one)})
        return found

    def _stored(self, collection: str, binding: Binding, old: ErasedItem) -> list[Original]:
        home = self._elsewhere.get(collection, self._bulk)
        found = documents_of(home[collection], [old])
        return [read(one, binding, old) for _, one in found if has_key(one, old)]

    def drop_copy(self, copy: UUID) -> None:
        """See `erasure.withheld.VersionCopies`."""
        with translating_errors():
            self._replaced.delete_one({"_id": copy})

    def copied_versions(self, items: Iterable[ErasedItem]) -> Sequence[Original]:
        """See `erasure.withheld.VersionCopies`."""
        found: list[Original] = []
        for item in items:
            with translating_errors():
                copies = list(self._replaced.find({"key.page": item.key.page}))
            found += [original_from(copy) for copy in copies if has_key(copy, item)][:1]
        return found

    def drop_versions(self, items: Iterable[ErasedItem]) -> None:
        """See `erasure.withheld.VersionCopies`."""
        for item in items:
            key = {"key.page": item.key.page, "key.slot": item.key.slot}
            with translating_errors():
                self._replaced.delete_many(key)


def _kept(document: Document) -> Kept:
    return original_from(document), frozenset(document["holds"])
