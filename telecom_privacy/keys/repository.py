"""The keystore: a database of its own, with backups of its own (DESIGN §3).

Collections: `roots` (the root ids this keystore belongs to) and `keys` (one document per node of
the tree, its generations inside); `page_repository` has the third. See docs/formats.md.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from telecom_privacy.keys.documents import key_document, node_from
from telecom_privacy.keys.model import Node, NodeKind, StoredNode, WrappedKey
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

ROTATION = "rotation"
"""The document of collection `state` that is there while root keys are being replaced."""

_BELOW_A_CLIENT = (NodeKind.PERIOD, NodeKind.INDEX, NodeKind.IDENTIFIER, NodeKind.SUBJECT)
_OF_A_LIVE_NODE = ("kind", "client", "month", "generations", "created_at", "renewed_by", "pending")


class KeyRepository:
    """Reads and writes the wrapped keys of the tree; never sees a key in clear."""

    def __init__(self, keystore: MongoDatabase) -> None:
        self._roots = keystore["roots"]
        self._keys = keystore["keys"]
        self._state = keystore["state"]

    def create_indexes(self) -> None:
        with translating_errors():
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

    def fetch_stored_nodes(self, kind: NodeKind, client_id: UUID) -> list[tuple[Node, StoredNode]]:
        """Like `fetch_nodes`, with their wrapped keys."""
        query = {"kind": kind, "client": client_id}
        with translating_errors():
            found = list(self._keys.find(query))
        return [(Node.from_name(one["_id"]), node_from(one)) for one in found]

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
        for query in queries_by_id(node.name for node in below):
            with translating_errors():
                self._keys.delete_many(query)


def _pending(node: Node, wrapped: WrappedKey) -> Document:
    return {"_id": node.name, "pending": True, "generations.1.wrapped": wrapped.wrapped}
