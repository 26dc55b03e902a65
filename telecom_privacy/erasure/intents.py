"""Recording that something is to be erased, before anything is (DESIGN §3)."""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.withheld import WITHHELD
from telecom_privacy.keys.model import Node, held_node
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Action
from telecom_privacy.scope import Role


class Intents:
    """Makes entries of the ledger, with the nodes that lie above what they destroy."""

    def __init__(self, repository: ErasureRepository, keys: KeyService, clock: Clock) -> None:
        self._repository = repository
        self._keys = keys
        self._clock = clock

    def insert(
        self,
        client_id: UUID,
        role: Role,
        category: str,
        rule: str,
        items: Sequence[ErasedItem],
        action: Action,
    ) -> Erasure:
        """Record, durably, that items are to be erased."""
        erasure = self.drafted(client_id, role, category, rule, items, action)
        erasure = replace(erasure, above=self._above(erasure))
        self._repository.insert(erasure)
        return erasure

    def insert_of_nodes(
        self, client_id: UUID, role: Role, category: str, rule: str, nodes: Collection[Node]
    ) -> Erasure:
        """Record, durably, that keys of the tree are to be destroyed with all below them."""
        above = filter(None, (node.parent for node in nodes))
        erasure = self.drafted(client_id, role, category, rule, ())
        erasure = replace(erasure, nodes=_names(nodes), above=_names(above))
        self._repository.insert(erasure)
        return erasure

    def drafted(
        self,
        client_id: UUID,
        role: Role,
        category: str,
        rule: str,
        items: Sequence[ErasedItem],
        action: Action = Action.ERASE,
    ) -> Erasure:
        """An entry that is not stored."""
        return Erasure(
            id=uuid4(),
            client_id=client_id,
            role=role,
            category=category,
            rule=rule,
            at=self._clock.now(),
            salt=os.urandom(32),
            items=tuple(items),
            action=action,
        )

    def _above(self, erasure: Erasure) -> tuple[str, ...]:
        """The nodes that a run must replace so that the keys of all items are gone from old bytes.

        Of a key that another erasure has destroyed already the ledger knows them.
        """
        unknown = [item.key for item in erasure.items if item.above is None]
        nodes, missing = self._keys.nodes_above(unknown)
        above = {*_names(nodes), *self._repository.fetch_above(missing)}
        above.update(item.above.name for item in erasure.items if item.above)
        if erasure.category == WITHHELD:  # others may move its keys there before they go
            above.add(held_node(erasure.client_id, erasure.role).name)
        return tuple(sorted(above))


def _names(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(sorted({node.name for node in nodes}))
