"""The long-lived keys: made on first use, cached for one epoch, wrapped by the key above."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.keys import CommittedKey, new_secret
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.keys.model import Node, NodeKind, StoredNode, WrappedKey
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.scope import Role
from telecom_privacy.storage.epoch import Epoch, EpochCache


@dataclass(frozen=True, slots=True)
class NodeKey:
    """A node's key of one generation, in clear."""

    generation: int
    key: bytes = field(repr=False)


class _Missing(KeyDestroyed):
    """This node's key was never made or is destroyed."""

    def __init__(self, node: Node) -> None:
        super().__init__("there is no such key, or no longer")
        self.node = node


class KeyTree:
    """Opens and makes the keys of nodes. `creating` is called before one is made, to log it."""

    def __init__(
        self,
        repository: KeyRepository,
        provider: KeyProvider,
        epoch: Epoch,
        clock: Clock,
        creating: Callable[[Node], None],
    ) -> None:
        self._repository = repository
        self._provider = provider
        self._epoch = epoch
        self._clock = clock
        self._creating = creating
        self._cache: EpochCache[Node, dict[int, NodeKey]] = EpochCache(epoch)
        self._roots: EpochCache[Role, str] = EpochCache(epoch)

    def rotation(self) -> int:
        """See `storage.epoch.Epoch.rotation`."""
        return self._epoch.rotation()

    def current(self, node: Node) -> NodeKey:
        """Return the newest generation, making the key if there is none yet.

        Raises `Unavailable` when the keystore or provider is away, and `KeyDestroyed` for one that
        was destroyed, or that lies below one that was: it is never made again.
        """
        try:
            generations = self._generations(node)
        except _Missing as missing:
            if missing.node != node:
                raise
            self._create(node)
            generations = self._generations(node)
        return generations[max(generations)]

    def all(self, node: Node) -> list[NodeKey]:
        """Like `current`, but return all generations as they are at this moment, newest last."""
        self._cache.drop(node)
        self.current(node)
        return _in_order(self._generations(node))

    def all_of(self, kind: NodeKind, client_id: UUID) -> dict[Node, list[NodeKey]]:
        """Like `all` for every node of a kind that a client has, in one round trip."""
        found = {}
        for node, stored in self._repository.fetch_stored_nodes(kind, client_id):
            try:
                found[node] = [] if stored.is_pending else self._as_stored(node, stored)
            except KeyDestroyed:
                if not self.is_destroyed(node):
                    raise
        return {node: keys for node, keys in found.items() if keys}

    def existing(self, node: Node) -> NodeKey:
        """Like `current`, but raises `KeyDestroyed` instead of making a key."""
        generations = self._generations(node)
        return generations[max(generations)]

    def of_generation(self, node: Node, generation: int) -> NodeKey:
        """Return one generation. Raises `KeyDestroyed` if it no longer exists."""
        found = self._generations(node).get(generation)
        if found is None:
            self._cache.drop(node)  # it may have been made a moment ago
            found = self._generations(node).get(generation)
        if found is None:
            raise KeyDestroyed("the key above this record was destroyed")
        return found

    def renew(self, node: Node, rotation: int) -> None:
        """Add a generation with a new secret, once for each rotation."""
        stored = self._repository.fetch_node(node)
        if stored is not None and not (stored.is_destroyed or stored.is_pending):
            new = self._wrap(node, new_secret())
            self._repository.insert_generation(node, stored.newest + 1, new, rotation)
            self._cache.drop(node)

    def rewrap(self, node: Node, stored: StoredNode | None = None) -> bool:
        """Wrap a node's newest generation under the newest key above it.

        False if it is so already, or is destroyed. Older generations stay as they are: they go.
        One that is pending gets a new secret: the old one may be lost with who made it.
        """
        stored = stored or self._repository.fetch_node(node)
        if stored is None or stored.is_destroyed:
            return False
        old = stored.generations[stored.newest]
        if old.parent == self._above(node):
            return False
        if stored.is_pending:
            new = self._wrap(node, new_secret())
            if self._repository.replace_pending_key(node, old, new):
                return True
            return self.rewrap(node)  # settled or replaced meanwhile, perhaps below the old key
        new = self._wrap(node, self._secret(node, old))
        self._repository.replace_key(node, stored.newest, old, new)
        return True

    def destroy(self, node: Node) -> None:
        """Destroy all generations of a node's key, and so everything below it. May be repeated."""
        self._epoch.advance()
        self._repository.erase_node(node, self._clock.now())
        self._epoch.advance()  # once more: a worker may have read the key in between
        if node.kind is NodeKind.CLIENT:
            self._repository.delete_nodes_below(node)

    def is_destroyed(self, node: Node) -> bool:
        """Whether a node's key was destroyed, as the keystore has it at this moment."""
        stored = self._repository.fetch_node(node)
        return stored is not None and stored.is_destroyed

    def _generations(self, node: Node) -> dict[int, NodeKey]:
        return self._cache.get_or_load(node, lambda: self._load(node))

    def _as_stored(self, node: Node, stored: StoredNode) -> list[NodeKey]:
        """The generations that were just read, opened before or now."""
        known = self._cache.get_or_load(node, lambda: self._load(node, stored))
        if known.keys() != stored.generations.keys():
            self._cache.drop(node)
            known = self._cache.get_or_load(node, lambda: self._load(node, stored))
        return _in_order(known)

    def _load(self, node: Node, stored: StoredNode | None = None) -> dict[int, NodeKey]:
        try:
            return self._opened(node, stored) if stored else self._read(node)
        except _Missing:
            raise
        except KeyDestroyed:
            return self._read(node)  # it was wrapped anew, and the key above it went, meanwhile

    def _read(self, node: Node) -> dict[int, NodeKey]:
        stored = self._repository.fetch_node(node)
        if stored is None or stored.is_pending:
            raise _Missing(node)
        if stored.is_destroyed:
            raise KeyDestroyed("this key was destroyed")
        return self._opened(node, stored)

    def _opened(self, node: Node, stored: StoredNode) -> dict[int, NodeKey]:
        return {
            number: NodeKey(number, CommittedKey.from_secret(self._secret(node, wrapped)).key)
            for number, wrapped in stored.generations.items()
        }

    def _secret(self, node: Node, wrapped: WrappedKey) -> bytes:
        if node.parent is None:
            secret = self._provider.unwrap(wrapped.parent, wrapped.wrapped, node.binding)
        else:
            parent = self.of_generation(node.parent, int(wrapped.parent))
            secret = open_sealed(parent.key, wrapped.wrapped, node.binding)
        CommittedKey.from_stored(secret, wrapped.commitment)
        return secret

    def _wrap(self, node: Node, secret: bytes) -> WrappedKey:
        commitment = CommittedKey.from_secret(secret).commitment
        above = self._above(node)
        if node.parent is None:
            return WrappedKey(self._provider.wrap(above, secret, node.binding), commitment, above)
        key = self.of_generation(node.parent, int(above)).key
        return WrappedKey(seal(key, secret, node.binding), commitment, above)

    def _above(self, node: Node) -> str:
        """What `WrappedKey.parent` says of a key that is wrapped now."""
        if node.parent:
            return str(self.current(node.parent).generation)
        find = self._repository.fetch_current_root
        return self._roots.get_or_load(node.role, lambda: find(node.role))

    def _create(self, node: Node) -> None:
        """Make a key, and let it be used once it is known to outlive a rotation.

        That is when no rotation began while it was put there: the next one finds it, and moves it.
        Whoever dies before leaves a pending key, which the next to need it settles or replaces.
        """
        is_settled = False
        while not is_settled:
            rotation = self._epoch.rotation()
            stored = self._repository.fetch_node(node)
            if stored is not None and not stored.is_pending:
                return  # another worker was faster: its key counts
            put = self._put(node, stored)
            is_settled = self._epoch.rotation() == rotation and self._repository.settle_key(
                node, put
            )

    def _put(self, node: Node, pending: StoredNode | None) -> WrappedKey:
        """Store a key below the newest one above, unless one is pending there.

        It may be that another worker's is stored in its place.
        """
        if pending and pending.generations[1].parent == self._above(node):
            return pending.generations[1]
        wrapped = self._wrap(node, new_secret())
        if pending:
            self._repository.replace_pending_key(node, pending.generations[1], wrapped)
        else:
            self._creating(node)
            self._repository.insert_key(node, wrapped, self._clock.now())
        return wrapped


def _in_order(generations: Mapping[int, NodeKey]) -> list[NodeKey]:
    return [generations[number] for number in sorted(generations)]
