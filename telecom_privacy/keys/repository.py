"""The keystore: a database of its own, with backups of its own (DESIGN §3).

Collections: `roots` (the root ids this keystore belongs to), `keys` (one document per node of the
tree, its generations inside), `record_keys` (pages of record keys). See docs/formats.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pymongo import DeleteOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from telecom_privacy.keys.documents import (
    key_document,
    node_from,
    page_document,
    record_key_document,
    record_keys_from,
)
from telecom_privacy.keys.model import (
    KeyReference,
    Node,
    NodeKind,
    PendingPage,
    StoredNode,
    WrappedKey,
    WrappedRecordKey,
)
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

ROTATION = "rotation"
"""The document of collection `state` that is there while root keys are being replaced."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_EMPTY: Document = {"keys": {}, "pending_since": {"$exists": False}}
_BELOW_A_CLIENT = (NodeKind.PERIOD, NodeKind.INDEX, NodeKind.IDENTIFIER, NodeKind.SUBJECT)
_OF_A_LIVE_NODE = ("kind", "client", "month", "generations", "created_at", "renewed_by", "pending")


class KeyRepository:
    """Reads and writes wrapped keys; never sees a key in clear."""

    def __init__(self, keystore: MongoDatabase) -> None:
        self._roots = keystore["roots"]
        self._keys = keystore["keys"]
        self._pages = keystore["record_keys"]
        self._state = keystore["state"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._pages.create_index("pending_since")
            self._pages.create_index("nodes")
            self._keys.create_index([("kind", 1), ("client", 1), ("month", 1)])

    def fetch_roots(self) -> dict[str, tuple[Role, bytes]]:
        with translating_errors():
            return {
                root["root"]: (Role(root["role"]), bytes(root["commitment"]))
                for root in self._roots.find()
            }

    def fetch_current_root(self, role: Role) -> str:
        """The id of the role's newest root: what is wrapped now is wrapped under it."""
        with translating_errors():
            roots = list(self._roots.find({"role": role}))
        return str(max(roots, key=lambda root: int(root["_id"].split("/")[1]))["root"])

    def insert_first_roots(self, roots: Mapping[str, tuple[Role, bytes]], now: datetime) -> bool:
        """Register the first root of each role. False if another machine registered its own."""
        return all(
            self.insert_root(1, root_id, role, commitment, now)
            for root_id, (role, commitment) in roots.items()
        )

    def insert_root(
        self, number: int, root_id: str, role: Role, commitment: bytes, now: datetime
    ) -> bool:
        """Register the role's root of a number. False if there is one already."""
        document = {
            "_id": f"{role}/{number}",
            "root": root_id,
            "role": role,
            "commitment": commitment,
            "registered_at": now,
        }
        try:
            with translating_errors():
                self._roots.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def is_rotating(self) -> bool:
        """Whether a rotation of the root keys was begun and not finished."""
        with translating_errors():
            return self._state.find_one({"_id": ROTATION}, {"_id": 1}) is not None

    def fetch_node(self, node: Node) -> StoredNode | None:
        """Return a node's generations, or None: never made."""
        with translating_errors():
            document = self._keys.find_one({"_id": node.name})
        return node_from(document) if document else None

    def insert_key(self, node: Node, wrapped: WrappedKey, now: datetime) -> None:
        """Insert the first generation of a key, pending, unless another worker was faster."""
        document = {
            "_id": node.name,
            "kind": node.kind,
            "client": node.client_id,
            "month": node.month,
            "generations": {"1": key_document(wrapped)},
            "created_at": now,
            "pending": True,
        }
        with suppress(DuplicateKeyError), translating_errors():
            self._keys.insert_one(document)

    def replace_pending_key(self, node: Node, old: WrappedKey, new: WrappedKey) -> bool:
        """Replace a key that nobody uses yet. False if it was settled or replaced meanwhile."""
        change = {"$set": {"generations.1": key_document(new)}}
        with translating_errors():
            return self._keys.update_one(_pending(node, old), change).matched_count == 1

    def settle_key(self, node: Node, wrapped: WrappedKey) -> bool:
        """Let a pending key be used. False if it was settled or replaced meanwhile."""
        with translating_errors():
            result = self._keys.update_one(_pending(node, wrapped), {"$unset": {"pending": 1}})
        return result.matched_count == 1

    def insert_generation(self, node: Node, number: int, key: WrappedKey, rotation: int) -> None:
        """Add a generation to a live node, unless the rotation of that number, or a later, has."""
        query = {
            "_id": node.name,
            "kind": node.kind,
            "renewed_by": {"$not": {"$gte": rotation}},
            f"generations.{number}": {"$exists": False},
        }
        change = {"$set": {f"generations.{number}": key_document(key), "renewed_by": rotation}}
        with translating_errors():
            self._keys.update_one(query, change)

    def replace_key(self, node: Node, number: int, old: WrappedKey, new: WrappedKey) -> None:
        """Wrap a generation anew; what was destroyed meanwhile stays destroyed."""
        query = {"_id": node.name, f"generations.{number}.wrapped": old.wrapped}
        with translating_errors():
            self._keys.update_one(query, {"$set": {f"generations.{number}": key_document(new)}})

    def fetch_index_months(self, kind: str, client_id: UUID) -> list[str]:
        """The months for which a client (or the operator) has index keys, oldest first."""
        query = {"kind": kind, "client": client_id}
        with translating_errors():
            return sorted(key["month"] for key in self._keys.find(query, {"month": 1}))

    def fetch_nodes(self, kind: NodeKind, client_id: UUID | None = None) -> list[Node]:
        """The nodes of a kind that a client has, or all have, and that are not destroyed."""
        query: Document = {"kind": kind}
        if client_id is not None:
            query["client"] = client_id
        with translating_errors():
            return [Node.from_name(found["_id"]) for found in self._keys.find(query, {"_id": 1})]

    def erase_node(self, node: Node, now: datetime) -> None:
        """Destroy a node's key. What is left keeps it from ever being made again."""
        change = {"$set": {"destroyed_at": now}, "$unset": dict.fromkeys(_OF_A_LIVE_NODE, 1)}
        with translating_errors():
            self._keys.update_one({"_id": node.name}, change, upsert=True)

    def delete_nodes_below(self, client: Node) -> None:
        """Remove what lies below a client key that was destroyed: nothing opens it any more."""
        below = [
            node
            for kind in _BELOW_A_CLIENT
            for node in self.fetch_nodes(kind, client.client_id)
            if node.role is client.role
        ]
        if below:
            with translating_errors():
                self._keys.bulk_write([DeleteOne({"_id": node.name}) for node in below])

    def insert_page(
        self,
        page: UUID,
        keys: Sequence[WrappedRecordKey],
        intent: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Insert record keys together with the recorded intent that they are for."""
        document = page_document(page, keys) | {"intent": dict(intent), "pending_since": now}
        with translating_errors():
            self._pages.insert_one(document)

    def settle_page(self, page: UUID) -> bool:
        """Drop the intent: its records are stored. False if recovery had taken it away."""
        query = {"_id": page, "pending_since": {"$exists": True}}
        with translating_errors():
            result = self._pages.update_one(query, {"$unset": {"intent": 1, "pending_since": 1}})
        return result.matched_count == 1

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
        for query in queries_by_id({reference.page for reference in wanted}):
            with translating_errors():
                documents = list(self._pages.find(query, {"keys": 1, "nodes": 1}))
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
            entry = record_key_document(new, nodes.index(new.node.name))
            unchanged = {f"keys.{reference.slot}.wrapped": old.key.wrapped, "nodes": page["nodes"]}
            change = {"$set": {f"keys.{reference.slot}": entry, "nodes": nodes}}
            result = self._pages.update_one({"_id": reference.page, **unchanged}, change)
        return result.matched_count == 1

    def erase_record_keys(
        self, references: Iterable[KeyReference], with_intent: bool = False
    ) -> None:
        """Destroy keys in their pages; a page whose last key goes, goes too.

        Unless its intent is pending: it may name what is still to be finished. `with_intent` is
        for a writer that has finished it.
        """
        empty: Document = {"keys": {}} if with_intent else _EMPTY
        slots: dict[UUID, dict[str, int]] = {}
        for reference in references:
            slots.setdefault(reference.page, {})[f"keys.{reference.slot}"] = 1
        writes: list[UpdateOne | DeleteOne] = []
        for page, unset in slots.items():
            writes += (
                UpdateOne({"_id": page}, {"$unset": unset}),
                DeleteOne({"_id": page, **empty}),
            )
        if writes:
            with translating_errors():
                self._pages.bulk_write(writes, ordered=True)


def _pending(node: Node, wrapped: WrappedKey) -> Document:
    return {"_id": node.name, "pending": True, "generations.1.wrapped": wrapped.wrapped}
