"""Record keys in the keystore: in pages, each with the recorded intent that its keys are for."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from pymongo import DeleteOne, UpdateOne

from telecom_privacy.keys.documents import page_document, record_key_bytes, record_keys_from
from telecom_privacy.keys.model import KeyReference, NewPage, Node, PendingPage, WrappedRecordKey
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 20
_NOT_THERE = "spared"
_EMPTY: Document = {"keys": {}, "pending_since": {"$exists": False}}


class PageRepository:
    """Reads and writes wrapped record keys; never sees a key in clear."""

    def __init__(self, keystore: MongoDatabase) -> None:
        self._pages = keystore["record_keys"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._pages.create_index("pending_since")
            self._pages.create_index("nodes")

    def insert_pages(self, pages: Sequence[NewPage], now: datetime) -> None:
        """Insert record keys together with the recorded intents that they are for."""
        pending = [
            page_document(new.page, new.keys) | {"intent": dict(new.intent), "pending_since": now}
            for new in pages
        ]
        with translating_errors():
            self._pages.insert_many(pending)

    def settle_pages(self, pages: Collection[UUID]) -> bool:
        """Drop the intents: their records are stored. False if recovery had taken one away."""
        settled = 0
        for query in queries_by_id(pages):
            pending = {**query, "pending_since": {"$exists": True}}
            change = {"$unset": {"intent": 1, "pending_since": 1}}
            with translating_errors():
                settled += self._pages.update_many(pending, change).matched_count
        return settled == len(pages)

    def judge_page(self, page: PendingPage, orphans: Iterable[KeyReference]) -> None:
        """Drop the intent and, in the same write, the keys that serve nothing.

        Nothing happens if the page was renewed or settled since it was read.
        """
        unset = {"intent": 1, "pending_since": 1, **{f"keys.{key.slot}": 1 for key in orphans}}
        writes: list[UpdateOne | DeleteOne] = [
            UpdateOne({"_id": page.page, "pending_since": page.since}, {"$unset": unset}),
            DeleteOne({"_id": page.page, **_EMPTY}),
        ]
        with translating_errors():
            self._pages.bulk_write(writes, ordered=True)

    def renew_page(self, page: UUID, now: datetime) -> bool:
        """Date the intent anew. False if recovery had taken it away."""
        query = {"_id": page, "pending_since": {"$exists": True}}
        with translating_errors():
            result = self._pages.update_one(query, {"$set": {"pending_since": now}})
        return result.matched_count == 1

    def fetch_pending(self, before: datetime) -> Iterator[PendingPage]:
        with translating_errors():
            for page in self._pages.find({"pending_since": {"$gte": _BEGINNING, "$lt": before}}):
                references = tuple(KeyReference(page["_id"], slot) for slot in page["keys"])
                yield PendingPage(page["_id"], page["pending_since"], page["intent"], references)

    def fetch_pending_pages(self) -> set[UUID]:
        """The pages whose records are not, or not yet, known to be stored."""
        query = {"pending_since": {"$gte": _BEGINNING}}
        with translating_errors():
            return {page["_id"] for page in self._pages.find(query, {"_id": 1})}

    def fetch_record_keys(
        self, references: Iterable[KeyReference]
    ) -> dict[KeyReference, WrappedRecordKey]:
        """Return the keys that still exist; a destroyed one is simply not there."""
        wanted = set(references)
        found: dict[KeyReference, WrappedRecordKey] = {}
        fields = _fields({reference.slot for reference in wanted})
        for query in queries_by_id({reference.page for reference in wanted}):
            with translating_errors():
                documents = list(self._pages.find(query, fields))
            for document in documents:
                found |= record_keys_from(document)
        return {reference: found[reference] for reference in wanted & found.keys()}

    def has_record_keys_below(self, node: Node) -> bool:
        """Whether the key of a stored record lies below a node.

        Without those whose records are not known to be stored.
        """
        with translating_errors():
            pages = self._pages.find({"nodes": node.name}, {"intent": 0})
            return any(
                key.node == node
                for page in pages
                if "pending_since" not in page
                for key in record_keys_from(page).values()
            )

    def replace_record_key(
        self, reference: KeyReference, old: WrappedRecordKey, new: WrappedRecordKey
    ) -> bool:
        """Wrap a key anew, perhaps under another node; a key that was destroyed stays destroyed.

        False if it, or what its page lists, is not as it was read.
        """
        with translating_errors():
            page = self._pages.find_one({"_id": reference.page}, {"nodes": 1})
            if page is None:
                return False
            nodes = list(dict.fromkeys([*page["nodes"], new.node.name]))
            name = f"keys.{reference.slot}"
            unchanged = {name: record_key_bytes(old, old.position), "nodes": page["nodes"]}
            moved = record_key_bytes(new, nodes.index(new.node.name))
            change = {"$set": {name: moved, "nodes": nodes}}
            result = self._pages.update_one({"_id": reference.page, **unchanged}, change)
        return result.matched_count == 1

    def erase_record_keys(
        self,
        references: Iterable[KeyReference],
        with_intent: bool = False,
        spared: Iterable[KeyReference] = (),
    ) -> None:
        """Destroy keys in their pages; a page whose last key goes, goes too.

        Unless its intent is pending: it may name what is still to be finished. `with_intent` is
        for a writer that has finished it. Of the pages of `spared` something is taken away that
        is not there.
        """
        empty: Document = {"keys": {}} if with_intent else _EMPTY
        slots: dict[UUID, dict[str, int]] = {}
        for reference in references:
            slots.setdefault(reference.page, {})[f"keys.{reference.slot}"] = 1
        for reference in spared:
            slots.setdefault(reference.page, {})[_NOT_THERE] = 1
        if not slots:
            return
        with translating_errors():
            unsets = [UpdateOne({"_id": page}, {"$unset": unset}) for page, unset in slots.items()]
            self._pages.bulk_write(unsets, ordered=False)
            for query in queries_by_id(slots):
                self._pages.delete_many({**query, **empty})


def _fields(slots: Collection[str]) -> Document:
    """What to read of pages: a page of a batch has hundreds of keys, of which few are wanted."""
    keys = [f"keys.{slot}" for slot in slots] if len(slots) <= _FEW else ["keys"]
    return dict.fromkeys(["nodes", *keys], 1)
