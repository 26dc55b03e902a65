"""The key tree: generations, races, caches."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.crypto.aead import seal
from telecom_privacy.crypto.keys import CommittedKey, new_secret
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.keys.local_file import LocalFileProvider
from telecom_privacy.keys.model import (
    Node,
    StoredNode,
    client_node,
    identifier_node,
    index_node,
    period_node,
    record_binding,
)
from telecom_privacy.keys.opened import CacheBounds, OpenedKeys
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.service import KeyService
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.epoch import Epoch, EpochCache
from tests.keys.test_service import Ledger


class CountingRepository(KeyRepository):
    """Counts how often a node is read from the database."""

    reads = 0

    def fetch_node(self, node: Node) -> StoredNode | None:
        self.reads += 1
        return super().fetch_node(node)


def repository_of(services: Services) -> CountingRepository:
    return CountingRepository(services.databases.keystore)


def unlogged(node: Node) -> None:
    """What the audit log is told of a new key."""


def tree_of(services: Services, epoch: Epoch | None = None) -> KeyTree:
    """A tree as another worker has it."""
    provider = LocalFileProvider.load(services.settings.key_dir)
    return KeyTree(
        repository_of(services), provider, epoch or services.epoch, services.clock, unlogged
    )


def add_generation(services: Services, node: Node, parent_key: bytes) -> None:
    """Insert generation 2 of a node by hand, as docs/formats.md says."""
    secret = new_secret()
    entry = {
        "wrapped": seal(parent_key, secret, node.binding),
        "commitment": CommittedKey.from_secret(secret).commitment,
        "parent": "1",
    }
    change = {"$set": {"generations.2": entry}}
    assert services.databases.keystore["keys"].update_one({"_id": node.name}, change).matched_count
    services.epoch.advance()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_new_records_use_the_newest_generation_and_old_ones_open_by_theirs(
    services: Services,
) -> None:
    tree = tree_of(services)
    pages = PageRepository(services.databases.keystore)
    opened = OpenedKeys(services.epoch, CacheBounds())
    service = KeyService(repository_of(services), pages, tree, services.clock, Ledger(True), opened)
    scope = Scope(uuid4(), uuid4(), Role.PROCESSOR)
    binding = record_binding(scope, "call", "2026-11", uuid4())
    old = service.issue([binding], {"kind": "test"})[0]

    parent = tree.current(client_node(scope.client_id, scope.role)).key
    add_generation(services, period_node(binding), parent)
    new = service.issue([binding], {"kind": "test"})[0]

    stored = pages.fetch_record_keys([old.reference, new.reference])
    assert (stored[old.reference].key.parent, stored[new.reference].key.parent) == ("1", "2")
    assert service.open(binding, old.reference) == old.key
    assert service.open(binding, new.reference) == new.key


def test_a_key_below_opens_by_the_generation_that_wrapped_it(services: Services) -> None:
    tree, client = tree_of(services), uuid4()
    index = index_node(Role.PROCESSOR, "2026-11", client)
    before = tree.current(index).key
    # A client key lies under the root, whose key only the provider has.
    node, provider = client_node(client, Role.PROCESSOR), LocalFileProvider.load
    secret = new_secret()
    root = repository_of(services).fetch_current_root(node.role)
    wrapped = provider(services.settings.key_dir).wrap(root, secret, node.binding)
    commitment = CommittedKey.from_secret(secret).commitment
    entry = {"wrapped": wrapped, "commitment": commitment, "parent": root}
    change = {"$set": {"generations.2": entry}}
    services.databases.keystore["keys"].update_one({"_id": node.name}, change)
    services.epoch.advance()

    later = index_node(Role.PROCESSOR, "2026-12", client)
    assert tree.current(index).key == before
    assert tree.current(later) == tree_of(services).existing(later)
    found = repository_of(services).fetch_node(later)
    assert found is not None
    assert found.generations[1].parent == "2"


def test_two_workers_that_make_a_key_at_once_get_the_same(services: Services) -> None:
    trees = [tree_of(services) for _ in range(4)]
    for _ in range(5):
        node, barrier = identifier_node(uuid4()), Barrier(len(trees))

        def make(
            tree: KeyTree, node: Node = node, barrier: Barrier = barrier
        ) -> tuple[bytes, bytes]:
            barrier.wait()
            return tree.current(node).key, tree.current(client_node(node.client_id, node.role)).key

        with ThreadPoolExecutor(len(trees)) as pool:
            assert len(set(pool.map(make, trees))) == 1


def test_different_places_have_different_keys(services: Services) -> None:
    tree, client = tree_of(services), uuid4()
    nodes = [
        client_node(client, Role.PROCESSOR),
        client_node(client, Role.CONTROLLER),
        identifier_node(client),
        index_node(Role.PROCESSOR, "2026-11", client),
        index_node(Role.PROCESSOR, "2026-12", client),
        index_node(Role.CONTROLLER, "2026-11"),
    ]
    assert len({tree.current(node).key for node in nodes}) == len(nodes)


def test_a_key_that_does_not_exist_is_not_made_for_a_reader(services: Services) -> None:
    tree, node = tree_of(services), identifier_node(uuid4())
    with pytest.raises(KeyDestroyed):
        tree.existing(node)
    assert repository_of(services).fetch_node(node) is None


def test_a_missing_generation_is_a_destroyed_key(services: Services) -> None:
    tree, node = tree_of(services), identifier_node(uuid4())
    tree.current(node)
    with pytest.raises(KeyDestroyed):
        tree.of_generation(node, 2)


def test_a_key_below_a_destroyed_one_is_gone_and_nothing_is_made_in_its_place(
    services: Services,
) -> None:
    tree, client = tree_of(services), uuid4()
    above, node = client_node(client, Role.PROCESSOR), identifier_node(client)
    tree.current(node)
    tree.destroy(above)

    for reach in (tree.current, tree.existing):
        with pytest.raises(KeyDestroyed):
            reach(node)
    left = services.databases.keystore["keys"].find_one({"_id": above.name})
    assert left is not None
    assert left.keys() == {"_id", "destroyed_at"}
    with pytest.raises(KeyDestroyed):
        tree.current(above)


def test_keys_are_cached_while_the_epoch_is_fresh(services: Services) -> None:
    epoch = Epoch(services.databases.keystore)
    epoch.start()
    try:
        tree, node = tree_of(services, epoch), identifier_node(uuid4())
        assert eventually(lambda: epoch.current() is not None)
        tree.current(node)
        repository = tree._repository

        def read_without_the_database() -> bool:
            repository.reads = 0
            tree.current(node)
            return repository.reads == 0

        assert eventually(read_without_the_database)
    finally:
        epoch.stop()


def test_without_a_fresh_epoch_nothing_is_cached(services: Services) -> None:
    tree, node = tree_of(services, Epoch(services.databases.keystore)), identifier_node(uuid4())
    tree_of(services).current(node)
    tree.existing(node)
    tree._repository.reads = 0
    tree.existing(node)
    assert tree._repository.reads > 0


def test_a_key_destroyed_by_one_worker_is_soon_dead_in_another(services: Services) -> None:
    epoch = Epoch(services.databases.keystore)
    epoch.start()
    try:
        other, node = tree_of(services, epoch), identifier_node(uuid4())
        assert eventually(lambda: epoch.current() is not None)
        other.current(node)
        tree_of(services).destroy(node)

        def is_dead() -> bool:
            try:
                other.existing(node)
            except KeyDestroyed:
                return True
            return False

        assert eventually(is_dead)
    finally:
        epoch.stop()


def test_destroying_a_key_advances_the_epoch_before_and_after(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, node, steps = tree_of(services), identifier_node(uuid4()), []
    tree.current(node)
    erase, advance = CountingRepository.erase_node, Epoch.advance

    def erasing(self: CountingRepository, erased: Node, now: datetime) -> None:
        steps.append("erase")
        erase(self, erased, now)

    def advancing(self: Epoch) -> None:
        steps.append("advance")
        advance(self)

    monkeypatch.setattr(CountingRepository, "erase_node", erasing)
    monkeypatch.setattr(Epoch, "advance", advancing)
    tree.destroy(node)
    assert steps == ["advance", "erase", "advance"]


def test_a_cache_is_bounded_in_number(services: Services) -> None:
    epoch, loaded = Epoch(services.databases.keystore), []
    cache: EpochCache[int, int] = EpochCache(epoch, capacity=3)
    epoch.start()
    try:
        assert eventually(lambda: epoch.current() is not None)
        for number in range(10):
            cache.get_or_load(number, lambda number=number: loaded.append(number) or number)
    finally:
        epoch.stop()
    assert [number for number in range(10) if cache._entries.get(number)] == [7, 8, 9]


def test_a_cache_is_bounded_in_age(services: Services) -> None:
    epoch = Epoch(services.databases.keystore)
    cache: EpochCache[str, object] = EpochCache(epoch, seconds=0)
    epoch.start()
    try:
        assert eventually(lambda: epoch.current() is not None)
        assert cache.get_or_load("key", object) is not cache.get_or_load("key", object)
    finally:
        epoch.stop()


def test_keys_do_not_show_themselves(services: Services) -> None:
    key = tree_of(services).current(identifier_node(uuid4()))
    assert repr(key.key) not in repr(key)
    assert key.key.hex() not in repr(key)
