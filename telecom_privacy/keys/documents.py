"""How keys lie in the keystore (docs/formats.md)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bson import Binary

from telecom_privacy.keys.model import (
    KeyReference,
    Node,
    NodeKind,
    StoredNode,
    WrappedKey,
    WrappedRecordKey,
)
from telecom_privacy.storage.mongo import Document


def key_document(key: WrappedKey) -> Document:
    return {
        "wrapped": Binary(key.wrapped),
        "commitment": Binary(key.commitment),
        "parent": key.parent,
    }


def key_from(entry: Document) -> WrappedKey:
    return WrappedKey(bytes(entry["wrapped"]), bytes(entry["commitment"]), entry["parent"])


def node_from(document: Document) -> StoredNode:
    generations = document.get("generations", {})
    wrapped = {int(number): key_from(entry) for number, entry in generations.items()}
    return StoredNode(wrapped, document.get("pending", False))


def page_document(page: UUID, keys: Sequence[WrappedRecordKey]) -> Document:
    """The names of the nodes are long: each is in the page once, and entries count them."""
    nodes = list(dict.fromkeys(key.node.name for key in keys))
    entries = [record_key_document(key, nodes.index(key.node.name)) for key in keys]
    return {
        "_id": page,
        "nodes": nodes,
        "keys": {str(slot): entry for slot, entry in enumerate(entries)},
    }


def record_key_document(key: WrappedRecordKey, node: int) -> Document:
    return {**key_document(key.key), "node": node, "record": key.record_id}


def record_keys_from(page: Document) -> Mapping[KeyReference, WrappedRecordKey]:
    nodes = [Node.from_name(name) for name in page["nodes"]]
    found = {}
    for slot, entry in page.get("keys", {}).items():
        node = nodes[entry["node"]]
        # A page forgets none of its nodes, so those of a key that was moved are among them.
        former = tuple(one for one in nodes if one != node) if node.kind is NodeKind.HELD else ()
        key = WrappedRecordKey(node, entry["record"], key_from(entry), former)
        found[KeyReference(page["_id"], slot)] = key
    return found
