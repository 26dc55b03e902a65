"""The keys by which calls and traffic are found by their numbers: one a month (DESIGN §3)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

from telecom_privacy.keys.model import NodeKind, NumberIndex, index_node
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.tree import KeyTree, NodeKey
from telecom_privacy.scope import NO_ID, Role

Found = TypeVar("Found")

MonthlyTokens: TypeAlias = Mapping[str, Sequence[bytes]]
"""All tokens of a number in a month (`YYYY-MM`), the newest last: see `NumberKeys.tokens`."""


class NumberKeys:
    """A client's own keys, or those of the operator where no client is named.

    `month` is `YYYY-MM`, `number` is E.164. All methods raise `Unavailable`.
    """

    def __init__(self, repository: KeyRepository, tree: KeyTree) -> None:
        self._repository = repository
        self._tree = tree

    def index(self, role: Role, month: str, client_id: UUID = NO_ID) -> NumberIndex:
        """The month's key for what is stored now; makes one if there is none."""
        return _index(self._tree.current(index_node(role, month, client_id)))

    def token(
        self, role: Role, month: str, number: str, generation: int, client_id: UUID = NO_ID
    ) -> bytes:
        """The token under one generation of the month's key. Raises `KeyDestroyed`."""
        node = index_node(role, month, client_id)
        return _index(self._tree.of_generation(node, generation)).token(number)

    def tokens(self, role: Role, month: str, number: str, client_id: UUID = NO_ID) -> list[bytes]:
        """All tokens under which records of the month may have a number, the newest last.

        There is more than one only while the month's key is being replaced.
        """
        return list(self.names(role, month, [number], client_id))

    def names(
        self, role: Role, month: str, numbers: Sequence[str], client_id: UUID = NO_ID
    ) -> dict[bytes, str]:
        """Numbers by their tokens (see `tokens`), in their order; the month's key is read once."""
        keys = [_index(key) for key in self._tree.all(index_node(role, month, client_id))]
        return {key.token(number): number for number in numbers for key in keys}

    def search(
        self,
        role: Role,
        number: str,
        find: Callable[[MonthlyTokens], Found],
        client_id: UUID = NO_ID,
    ) -> Found:
        """Return what `find` finds by the tokens of a number in the months that have keys.

        The keys are read at once. Should they begin to be replaced meanwhile, `find` is called
        again.
        """
        while True:
            rotation = self._tree.rotation()
            keys = self._tree.all_of(NodeKind.INDEX, client_id)
            found = find(
                {
                    node.month: [_index(key).token(number) for key in generations]
                    for node, generations in keys.items()
                    if node.role is role
                }
            )
            if self._tree.rotation() == rotation:
                return found

    def months(self, client_id: UUID = NO_ID) -> list[str]:
        """The months, oldest first, in which something may be found.

        A client's processor data, or the operator's controller data where no client is named.
        """
        return self._repository.fetch_index_months(NodeKind.INDEX, client_id)


def _index(key: NodeKey) -> NumberIndex:
    return NumberIndex(key.generation, key.key)
