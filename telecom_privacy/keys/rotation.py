"""Replacing keys of the tree and moving what lies below them (DESIGN §3, finality).

New generations have new secrets. What lives on below is wrapped anew, until a scan finds nothing
under the old ones; then these are destroyed, and with them all that was left below. Root keys are
replaced each time: an old one opens what old bytes of the keystore hold. Each step may be repeated.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from uuid import uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, IntegrityError, KeyDestroyed
from telecom_privacy.keys.model import KeyReference, Node, NodeKind, StoredNode, WrappedRecordKey
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.rotation_model import Counted, RotationPhase, RotationState
from telecom_privacy.keys.rotation_repository import Moved, RotationRepository
from telecom_privacy.keys.service import KeyService
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.lease import KeepAlive

_NODES = 20
_PAGES = 50
_ROOTED = (
    NodeKind.CLIENT,
    NodeKind.HELD,
    NodeKind.DIRECTORY,
    NodeKind.AUDIT,
    NodeKind.SIGNING,
    NodeKind.PACKAGE,
)
_PERHAPS_ROOTED = (NodeKind.INDEX, NodeKind.PERIOD, NodeKind.IDENTIFIER, NodeKind.SUBJECT)
_log = logging.getLogger("telecom_privacy.keys")

_NOTHING_COUNTED: Mapping[Counted, int] = {}

Moving = Callable[[int], None]
"""Is called after each batch, with how many of it were moved."""


class KeyRotation:
    def __init__(
        self,
        repository: RotationRepository,
        stored: KeyRepository,
        tree: KeyTree,
        keys: KeyService,
        provider: KeyProvider,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._stored = stored
        self._tree = tree
        self._keys = keys
        self._provider = provider
        self._epoch = epoch
        self._clock = clock

    def begin(self) -> RotationState:
        """Return the rotation that a killed process left, or else a new one."""
        if (found := self._repository.fetch_state()) is None:
            numbers = {role: self._repository.newest_root_number(role) + 1 for role in Role}
            state = RotationState(
                uuid4(),
                self._epoch.rotation() + 1,
                self._clock.now(),
                RotationPhase.CHOOSING,
                numbers,
            )
            self._repository.insert_state(state)
            return self.begin()
        return found

    def reach(
        self,
        state: RotationState,
        phase: RotationPhase,
        counts: Mapping[Counted, int] = _NOTHING_COUNTED,
    ) -> RotationState:
        """Record that a phase begins, and what was counted before it.

        Raises `Conflict` if another process has come further.
        """
        if not self._repository.update_phase(state, phase, counts):
            raise _overtaken()
        return replace(state, phase=phase, counts={**state.counts, **counts})

    def count(self, state: RotationState, counted: Counted, number: int) -> None:
        """Keep with the rotation that so many more were dealt with."""
        self._repository.add_count(state, counted, number)

    def end(self, state: RotationState) -> None:
        self._repository.delete_state(state)

    def replace_keys(self, state: RotationState, nodes: Collection[Node]) -> None:
        """Make new roots, and new generations of `nodes`; return when everybody uses them.

        Whatever is stored under an older key from here on, its writer notices, and moves. Raises
        `Conflict` if another process has come further.
        """
        self._require_current(state)
        for role, number in state.roots.items():
            root_id = self._provider.create_successor(role, self._clock.now())
            commitment = self._provider.roots()[root_id][1]
            self._stored.insert_root(number, root_id, role, commitment, self._clock.now())
        self._epoch.advance()
        for node in _parents_first(nodes):
            self._tree.renew(node, state.number)
        self._epoch.begin_rotation(state.number)
        self._epoch.outwait()

    def move_nodes(self, nodes: Collection[Node], moved: Moving) -> None:
        """Wrap the keys below roots, and below the client keys among `nodes`, anew."""
        while self._move_nodes(nodes, moved):
            pass

    def move_record_keys(self, node: Node, moved: Moving) -> None:
        """Wrap the record keys below the older generations of a node anew."""
        while self._move_record_keys(node, moved):
            pass

    def destroy_replaced(
        self, state: RotationState, nodes: Collection[Node], keep_alive: KeepAlive
    ) -> None:
        """Destroy the old generations of `nodes`, and the old roots. All must have been moved.

        A process that slept meanwhile, and is late, destroys nothing that a later rotation made
        or still needs. Raises `Conflict` if it is.
        """
        self._require_current(state)
        for node in reversed(_parents_first(nodes)):
            keep_alive()
            stored = self._stored.fetch_node(node)
            if stored and not stored.is_destroyed:
                self._repository.erase_old_generations(node, stored, state.number)
        successors = self._successors(state)
        for role, number in state.roots.items():
            self._repository.delete_roots_before(role, number)
        self._epoch.advance()
        self._epoch.outwait()
        for role, successor in successors.items():
            keep_alive()
            self._require_current(state)
            self._provider.destroy_predecessor(role, successor)

    def _successors(self, state: RotationState) -> dict[Role, str]:
        """The ids of the roots that this rotation made."""
        found = {}
        for role, number in state.roots.items():
            if (root := self._repository.fetch_root(role, number)) is None:
                raise _overtaken()
            found[role] = root
        return found

    def _require_current(self, state: RotationState) -> None:
        if self._repository.fetch_state() != state:
            raise _overtaken()

    def _move_nodes(self, nodes: Collection[Node], moved: Moving) -> int:
        total, results = 0, self._moved_nodes(nodes)
        while some := list(islice(results, _NODES)):
            moved(sum(some))
            total += sum(some)
        return total

    def _moved_nodes(self, nodes: Collection[Node]) -> Iterator[bool]:
        clients = [node for node in nodes if node.kind is NodeKind.CLIENT]
        for node, stored in chain(self._rooted(), *map(self._below, clients)):
            try:
                yield self._tree.rewrap(node, stored)
            except (KeyDestroyed, IntegrityError) as error:
                fields = {"kind": node.kind, "month": node.month, "error": type(error).__name__}
                _log.critical("a key cannot be wrapped anew", extra={"fields": fields})

    def _rooted(self) -> Iterator[tuple[Node, StoredNode]]:
        for kind in _ROOTED:
            yield from self._repository.fetch_nodes(kind)
        for kind in _PERHAPS_ROOTED:
            yield from self._repository.fetch_nodes(kind, NO_ID)

    def _below(self, client: Node) -> Iterator[tuple[Node, StoredNode]]:
        for kind in _PERHAPS_ROOTED:
            for node, stored in self._repository.fetch_nodes(kind, client.client_id):
                if node.parent == client:
                    yield node, stored

    def _move_record_keys(self, node: Node, moved: Moving) -> int:
        try:
            newest = str(self._tree.existing(node).generation)
        except KeyDestroyed:
            return 0
        below = self._repository.fetch_record_keys_below(node)
        pages = (self._wrapped_anew(page, newest) for page in below)
        total = 0
        while some := list(islice(pages, _PAGES)):
            self._repository.replace_record_keys(some)
            moved(number := sum(map(len, some)))
            total += number
        return total

    def _wrapped_anew(self, page: Mapping[KeyReference, WrappedRecordKey], newest: str) -> Moved:
        moved = {}
        for reference, key in page.items():
            if key.key.parent == newest:
                continue
            try:
                moved[reference] = (key, self._keys.wrapped_anew(key))
            except (KeyDestroyed, IntegrityError):
                record = {"record_id": str(key.record_id)}
                _log.critical("a record key cannot be wrapped anew", extra={"fields": record})
        return moved


def _overtaken() -> Conflict:
    return Conflict("another process replaces the keys in place of this one")


def _parents_first(nodes: Collection[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (node.parent is not None, node.name))
