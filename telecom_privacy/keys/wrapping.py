"""Wrapping record keys under the keys of the tree."""

from collections.abc import Iterable
from uuid import UUID

from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import CommittedKey, new_secret
from telecom_privacy.keys.model import (
    Node,
    WrappedKey,
    WrappedRecordKey,
    period_node,
    record_key_place,
)
from telecom_privacy.keys.tree import KeyTree, NodeKey


class RecordKeyWrapping:
    """All methods raise `KeyDestroyed`, `IntegrityError` or `Unavailable`."""

    def __init__(self, tree: KeyTree) -> None:
        self._tree = tree

    def new_keys(self, bindings: Iterable[Binding]) -> list[tuple[WrappedRecordKey, bytes]]:
        """Make a key for each place, and return it wrapped under its period key and in clear."""
        above: dict[Node, NodeKey] = {}
        made = []
        for binding in bindings:
            node, secret = period_node(binding), new_secret()
            if node not in above:
                above[node] = self._tree.current(node)
            committed = CommittedKey.from_secret(secret)
            wrapped = _wrapped(node, binding.record_id, secret, committed, above[node])
            made.append((wrapped, committed.key))
        return made

    def wrap(self, node: Node, record_id: UUID, secret: bytes) -> WrappedRecordKey:
        """Wrap a record's secret under the newest generation of a node."""
        committed = CommittedKey.from_secret(secret)
        return _wrapped(node, record_id, secret, committed, self._tree.current(node))

    def secret(self, wrapped: WrappedRecordKey) -> bytes:
        above = self._tree.of_generation(wrapped.node, int(wrapped.key.parent))
        return open_sealed(above.key, wrapped.key.wrapped, wrapped.place)


def _wrapped(
    node: Node, record_id: UUID, secret: bytes, committed: CommittedKey, above: NodeKey
) -> WrappedRecordKey:
    sealed = seal(above.key, secret, record_key_place(node, record_id))
    key = WrappedKey(sealed, committed.commitment, str(above.generation))
    return WrappedRecordKey(node, record_id, key)
