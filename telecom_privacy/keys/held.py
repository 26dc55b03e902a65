"""Record keys that outlive the keys above them, because a hold keeps their records (RET-9)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from telecom_privacy.errors import IntegrityError, KeyDestroyed
from telecom_privacy.keys.model import (
    KeyReference,
    Node,
    NodeKind,
    WrappedRecordKey,
    client_node,
    held_node,
)
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.keys.wrapping import RecordKeyWrapping
from telecom_privacy.scope import Role

_ATTEMPTS = 20
"""How often a key that others move at the same time is looked at before that is an error."""


class HeldKeys:
    """Moves record keys under the held key of their client."""

    def __init__(
        self,
        repository: KeyRepository,
        pages: PageRepository,
        tree: KeyTree,
        wrapping: RecordKeyWrapping,
    ) -> None:
        self._repository = repository
        self._pages = pages
        self._tree = tree
        self._wrapping = wrapping

    def outliving(self) -> list[Node]:
        """The held keys whose client key was destroyed: nothing can come below them any more."""
        found = self._repository.fetch_nodes(NodeKind.HELD)
        return [
            node
            for node in found
            if self._tree.is_destroyed(client_node(node.client_id, node.role))
        ]

    def keep_apart(
        self,
        references: Iterable[KeyReference],
        client_id: UUID,
        role: Role,
        nodes: Collection[Node],
    ) -> None:
        """Wrap those of a client's record keys that lie below `nodes` under its held key.

        When it returns, those that exist outlive the nodes. May be repeated, by several processes
        at once. Raises `KeyDestroyed` if the held key has gone already, and `IntegrityError` for a
        key that cannot be opened, or that does not stay where it was put.
        """
        held, wanted = held_node(client_id, role), set(references)
        for _ in range(_ATTEMPTS):
            rotation = self._tree.rotation()
            are_apart = self._move_all(wanted, held, nodes)
            # Else the held key may have been replaced before there was something to wrap anew.
            if are_apart and self._tree.rotation() == rotation:
                return
        raise IntegrityError("what a hold keeps cannot be kept apart")

    def _move_all(
        self, references: Collection[KeyReference], held: Node, nodes: Collection[Node]
    ) -> bool:
        """Move what lies below `nodes`. False if others moved or replaced some of it meanwhile."""
        found = self._pages.fetch_record_keys(references)
        below = {at: key for at, key in found.items() if _lies_below(key, {held, *nodes})}
        newest = str(self._tree.current(held).generation) if below else ""
        moved = [
            self._move(at, key, held)
            for at, key in below.items()
            if key.node != held or key.key.parent != newest
        ]
        return all(moved)

    def _move(self, reference: KeyReference, key: WrappedRecordKey, held: Node) -> bool:
        try:
            moved = self._wrapping.wrap(held, key.record_id, self._wrapping.secret(key))
        except KeyDestroyed:
            return self._is_dead(key)  # else it, or what is above it, was replaced meanwhile
        return self._pages.replace_record_key(reference, key, moved)

    def _is_dead(self, key: WrappedRecordKey) -> bool:
        above = (key.node, key.node.parent)
        return any(self._tree.is_destroyed(node) for node in above if node)


def _lies_below(key: WrappedRecordKey, nodes: Collection[Node]) -> bool:
    return key.node in nodes or key.node.parent in nodes
