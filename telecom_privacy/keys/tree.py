"""The long-lived keys: made on first use, cached for one epoch, wrapped by the key above."""

from collections.abc import Callable
from dataclasses import dataclass, field

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.keys import CommittedKey, new_secret
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.keys.model import Node, NodeKind, WrappedKey
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository
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
        """Like `current`, but return all generations, the newest last."""
        self.current(node)
        generations = self._generations(node)
        return [generations[number] for number in sorted(generations)]

    def existing(self, node: Node) -> NodeKey:
        """Like `current`, but raises `KeyDestroyed` instead of making a key."""
        generations = self._generations(node)
        return generations[max(generations)]

    def of_generation(self, node: Node, generation: int) -> NodeKey:
        """Return one generation. Raises `KeyDestroyed` if it no longer exists."""
        generations = self._generations(node)
        if generation not in generations:
            raise KeyDestroyed("the key above this record was destroyed")
        return generations[generation]

    def destroy(self, node: Node) -> None:
        """Destroy all generations of a node's key, and so everything below it. May be repeated."""
        self._epoch.advance()
        self._repository.erase_node(node, self._clock.now())
        self._epoch.advance()  # once more: a worker may have read the key in between
        if node.kind is NodeKind.CLIENT:
            self._repository.delete_nodes_below(node)

    def _generations(self, node: Node) -> dict[int, NodeKey]:
        return self._cache.get_or_load(node, lambda: self._load(node))

    def _load(self, node: Node) -> dict[int, NodeKey]:
        stored = self._repository.fetch_node(node)
        if stored is None:
            raise _Missing(node)
        if stored.is_destroyed:
            raise KeyDestroyed("this key was destroyed")
        return {
            number: NodeKey(number, self._unwrap(node, wrapped))
            for number, wrapped in stored.generations.items()
        }

    def _unwrap(self, node: Node, wrapped: WrappedKey) -> bytes:
        if node.parent is None:
            secret = self._provider.unwrap(wrapped.parent, wrapped.wrapped, node.binding)
        else:
            parent = self.of_generation(node.parent, int(wrapped.parent))
            secret = open_sealed(parent.key, wrapped.wrapped, node.binding)
        return CommittedKey.from_stored(secret, wrapped.commitment).key

    def _create(self, node: Node) -> None:
        secret = new_secret()
        commitment = CommittedKey.from_secret(secret).commitment
        if node.parent is None:
            above, wrapped = self._provider.wrap(node.role, secret, node.binding)
        else:
            parent = self.current(node.parent)
            above, wrapped = str(parent.generation), seal(parent.key, secret, node.binding)
        self._creating(node)
        # Should another worker be faster, its key counts.
        self._repository.insert_key(node, WrappedKey(wrapped, commitment, above), self._clock.now())
