"""A key that is made at the very moment of a rotation is never left below one that goes."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.local_file import LocalFileProvider
from telecom_privacy.keys.model import (
    Node,
    WrappedKey,
    client_node,
    identifier_node,
    index_node,
    period_node,
    record_binding,
)
from telecom_privacy.keys.opened import CacheBounds, OpenedKeys
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_model import RotationPhase
from telecom_privacy.keys.service import KeyService
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.epoch import Epoch
from tests.keys.test_service import Ledger
from tests.keys.test_tree import tree_of, unlogged

CLIENT = uuid4()
BINDING = record_binding(Scope(CLIENT, uuid4(), Role.PROCESSOR), "call", "2026-11", uuid4())
ABOVE = client_node(CLIENT, Role.PROCESSOR)
NODES = [
    client_node(uuid4(), Role.PROCESSOR),
    index_node(Role.CONTROLLER, "2026-11"),
    index_node(Role.PROCESSOR, "2026-11", CLIENT),
    identifier_node(CLIENT),
    period_node(BINDING),
]


class Killed(BaseException):
    """No handler of errors sees it."""


@pytest.fixture(autouse=True)
def _nobody_else_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process works here, and forgets what it cached by itself."""
    monkeypatch.setattr(Epoch, "outwait", lambda _: None)


@pytest.fixture(autouse=True)
def _nothing_made_yet(services: Services) -> None:
    names = [node.name for node in (*NODES, ABOVE)]
    services.databases.keystore["keys"].delete_many({"_id": {"$in": names}})
    services.epoch.advance()


class SlowRepository(KeyRepository):
    """Something happens each time before, or after, a first generation is written."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def insert_key(self, node: Node, wrapped: WrappedKey, now: datetime) -> None:
        self._write(node, lambda: super(SlowRepository, self).insert_key(node, wrapped, now))

    def replace_pending_key(self, node: Node, old: WrappedKey, new: WrappedKey) -> bool:
        write = super().replace_pending_key
        return bool(self._write(node, lambda: write(node, old, new)))

    def _write(self, node: Node, write: Callable[[], object]) -> object:
        if node == ABOVE:
            return write()
        self.before()
        written = write()
        self.after()
        return written


def slow_tree(services: Services, **hooks: Callable[[], object]) -> KeyTree:
    repository = SlowRepository(services.databases.keystore)
    for name, hook in hooks.items():
        setattr(repository, name, hook)
    provider = LocalFileProvider.load(services.settings.key_dir)
    return KeyTree(repository, provider, services.epoch, services.clock, unlogged)


def rotate(
    services: Services,
    last_moment: Callable[[], object] = lambda: None,
    moving: Callable[[], object] = lambda: None,
) -> None:
    """Replace the roots and the key above; `last_moment` is before the old ones go.

    `moving` is before those that are below them are moved.
    """
    rotation: KeyRotation = services.finality._rotation
    state = rotation.reach(rotation.begin(), RotationPhase.MOVING)
    rotation.replace_keys(state, [ABOVE])
    moving()
    rotation.move_nodes([ABOVE], lambda _: None)
    state = rotation.reach(state, RotationPhase.DESTROYING)
    last_moment()
    rotation.destroy_replaced(state, [ABOVE], lambda: None)
    rotation.end(state)


def die() -> None:
    raise Killed


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name.split("/")[0])
def test_what_a_killed_worker_left_below_a_key_that_went_is_replaced(
    services: Services, node: Node
) -> None:
    tree_of(services).current(ABOVE)
    with pytest.raises(Killed):
        slow_tree(services, before=lambda: rotate(services), after=die).current(node)
    rotate(services)  # nor does it stop the next rotation

    made = tree_of(services).current(node)
    rotate(services)
    assert tree_of(services).existing(node) == made


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name.split("/")[0])
def test_one_that_rotations_overtake_again_and_again_outlives_them(
    services: Services, node: Node
) -> None:
    tree_of(services).current(ABOVE)
    times = iter(range(2))

    def overtake() -> None:
        for _ in times:
            rotate(services)
            return

    made = slow_tree(services, before=overtake).current(node)
    assert tree_of(services).existing(node) == made


def test_what_another_worker_stores_below_it_meanwhile_outlives_the_rotation(
    services: Services,
) -> None:
    tree_of(services).current(ABOVE)
    keys = KeyService(
        KeyRepository(services.databases.keystore),
        PageRepository(services.databases.keystore),
        tree_of(services),
        services.clock,
        Ledger(True),
        OpenedKeys(services.epoch, CacheBounds()),
    )
    issued = []
    maker = SlowRepository(services.databases.keystore)
    inserted = maker.insert_key

    def overtaken(node: Node, wrapped: WrappedKey, now: datetime) -> None:
        if node == ABOVE:
            return inserted(node, wrapped, now)

        def last_moment() -> None:
            inserted(node, wrapped, now)
            issued.extend(keys.issue([BINDING], {"kind": "test"}))

        rotate(services, last_moment)
        raise Killed

    maker.insert_key = overtaken  # type: ignore[method-assign]  # of this worker alone
    provider = LocalFileProvider.load(services.settings.key_dir)
    tree = KeyTree(maker, provider, services.epoch, services.clock, unlogged)
    with pytest.raises(Killed):
        tree.current(period_node(BINDING))
    (key,) = issued
    services.epoch.advance()
    assert keys.open(BINDING, key.reference) == key.key


def test_a_pending_key_is_used_by_nobody_and_settled_by_the_next(services: Services) -> None:
    node = identifier_node(CLIENT)
    with pytest.raises(Killed):
        slow_tree(services, after=die).current(node)
    stored = services.databases.keystore["keys"]
    before = stored.find_one({"_id": node.name})
    assert before is not None
    assert before.pop("pending") is True
    tree_of(services).current(node)
    assert stored.find_one({"_id": node.name}) == before


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name.split("/")[0])
def test_a_pending_key_that_is_settled_while_it_is_moved_outlives_the_rotation(
    services: Services, node: Node
) -> None:
    tree_of(services).current(ABOVE)
    with pytest.raises(Killed):
        slow_tree(services, after=die).current(node)
    stored = KeyRepository(services.databases.keystore)
    old = stored.fetch_node(node)
    assert old is not None
    settled = []

    def settle() -> None:
        assert stored.settle_key(node, old.generations[1])
        settled.append(tree_of(services).existing(node))

    mover = slow_tree(services, before=settle)
    moved = []
    rotate(services, moving=lambda: moved.append(mover.rewrap(node, old)))
    assert moved == [True]
    assert [tree_of(services).existing(node)] == settled
