"""Wrapping record keys under the keys of the tree."""

from uuid import UUID

from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.keys import CommittedKey
from telecom_privacy.keys.model import Node, WrappedKey, WrappedRecordKey, record_key_place
from telecom_privacy.keys.tree import KeyTree


class RecordKeyWrapping:
    """Both methods raise `KeyDestroyed`, `IntegrityError` or `Unavailable`."""

    def __init__(self, tree: KeyTree) -> None:
        self._tree = tree

    def wrap(self, node: Node, record_id: UUID, secret: bytes) -> WrappedRecordKey:
        """Wrap a record's secret under the newest generation of a node."""
        above = self._tree.current(node)
        wrapped = seal(above.key, secret, record_key_place(node, record_id))
        commitment = CommittedKey.from_secret(secret).commitment
        return WrappedRecordKey(
            node, record_id, WrappedKey(wrapped, commitment, str(above.generation))
        )

    def secret(self, wrapped: WrappedRecordKey) -> bytes:
        above = self._tree.of_generation(wrapped.node, int(wrapped.key.parent))
        return open_sealed(above.key, wrapped.key.wrapped, wrapped.place)
