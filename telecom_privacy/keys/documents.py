"""How keys lie in the keystore (docs/formats.md)."""

import struct
from collections.abc import Mapping, Sequence
from uuid import UUID

from bson import Binary

from telecom_privacy.errors import IntegrityError
from telecom_privacy.keys.model import (
    KeyReference,
    Node,
    NodeKind,
    StoredNode,
    WrappedKey,
    WrappedRecordKey,
)
from telecom_privacy.storage.mongo import Document

_RECORD_KEY = struct.Struct(">HI16s32s60s")
"""Node, generation of its key, record, commitment, wrapped secret. A page has a hundred of them: as
documents they would cost some servers more than the calls that they are for."""


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
    """The names of the nodes are long: each is in the page once, and keys count them."""
    places = {node: place for place, node in enumerate(dict.fromkeys(key.node for key in keys))}
    return {
        "_id": page,
        "nodes": [node.name for node in places],
        "keys": {
            str(slot): record_key_bytes(key, places[key.node]) for slot, key in enumerate(keys)
        },
    }


def record_key_bytes(key: WrappedRecordKey, node: int) -> bytes:
    """A key as it lies in a page, below the node that stands there at this place."""
    wrapped = key.key
    return _RECORD_KEY.pack(
        node, int(wrapped.parent), key.record_id.bytes, wrapped.commitment, wrapped.wrapped
    )


def record_keys_from(page: Document) -> Mapping[KeyReference, WrappedRecordKey]:
    """The keys of a page. Raises `IntegrityError` for one that is not what is stored of a key."""
    nodes = [Node.from_name(name) for name in page["nodes"]]
    return {
        KeyReference(page["_id"], slot): _record_key_from(nodes, stored)
        for slot, stored in page.get("keys", {}).items()
    }


def _record_key_from(nodes: Sequence[Node], stored: bytes) -> WrappedRecordKey:
    try:
        place, parent, record, commitment, wrapped = _RECORD_KEY.unpack(stored)
        node = nodes[place]
    except (struct.error, IndexError, TypeError) as error:
        raise IntegrityError("a stored key is damaged") from error
    # A page forgets none of its nodes, so those of a key that was moved are among them.
    former = tuple(one for one in nodes if one != node) if node.kind is NodeKind.HELD else ()
    key = WrappedKey(wrapped, commitment, str(parent))
    return WrappedRecordKey(node, UUID(bytes=record), key, former, place)
