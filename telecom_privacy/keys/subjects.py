"""The keys by which it is found whom records are about: replaced as index keys are (DESIGN §3)."""

from uuid import UUID

from telecom_privacy.keys.model import Node, NodeKind, NumberIndex, subject_node
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.tree import KeyTree, NodeKey
from telecom_privacy.scope import Role


class SubjectKeys:
    """One key for each client, role and category. All methods raise `Unavailable`."""

    def __init__(self, repository: KeyRepository, tree: KeyTree) -> None:
        self._repository = repository
        self._tree = tree

    def index(self, role: Role, client_id: UUID, category: str) -> NumberIndex:
        """The key for what is stored now; makes one if there is none."""
        return _index(self._tree.current(subject_node(role, client_id, category)))

    def newest(self, node: Node) -> NumberIndex:
        """Like `index`, but raises `KeyDestroyed` instead of making a key."""
        return _index(self._tree.existing(node))

    def indexes(self, role: Role, client_id: UUID, category: str) -> list[NumberIndex]:
        """All keys under which records may have their subject, the newest last.

        There is more than one only while the key is being replaced.
        """
        return [_index(key) for key in self._tree.all(subject_node(role, client_id, category))]

    def token(
        self, role: Role, client_id: UUID, category: str, subject: str, generation: int
    ) -> bytes:
        """The token under one generation. Raises `KeyDestroyed`."""
        node = subject_node(role, client_id, category)
        return _index(self._tree.of_generation(node, generation)).token(subject)

    def nodes(self) -> list[Node]:
        """Where the keys of all clients lie."""
        return self._repository.fetch_nodes(NodeKind.SUBJECT)


def _index(key: NodeKey) -> NumberIndex:
    return NumberIndex(key.generation, key.key, "subject")
