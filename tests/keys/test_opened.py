"""Record keys that a worker keeps opened: of use to it, and dropped where they are destroyed."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telecom_privacy.bootstrap import Services
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.keys.opened import CacheBounds, OpenedKeys
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.ring import RING

SCOPE = Scope(uuid4(), uuid4(), Role.PROCESSOR)
LONE, NEIGHBOUR = (KeyReference(UUID(int=1), slot) for slot in "01")
WHOLE_PAGE = [KeyReference(UUID(int=2), str(slot)) for slot in range(9)]
DEFAULT = CacheBounds()
GROUPS = [[LONE], [NEIGHBOUR], WHOLE_PAGE]
BINDINGS = {
    at: record_binding(SCOPE, "call", "2026-11", uuid4()) for at in (LONE, NEIGHBOUR, *WHOLE_PAGE)
}


@dataclass
class Worker:
    """One that polls only when it is told to; `stored` are the keys that exist."""

    epoch: Epoch
    stored: dict[KeyReference, bytes]
    opened: OpenedKeys
    loads: int = 0
    meanwhile: Callable[[], None] = field(default=lambda: None)
    """Happens between reading the keystore and keeping what was read."""

    def poll(self) -> None:
        self.epoch._ask()

    def read(self, *references: KeyReference) -> set[KeyReference]:
        return set(self.opened.find_or_load({at: BINDINGS[at] for at in references}, self._load))

    def _load(self, bindings: Mapping[KeyReference, Binding]) -> dict[KeyReference, bytes]:
        self.loads += 1
        found = {at: self.stored[at] for at in bindings if at in self.stored}
        self.meanwhile()
        return found


Workers = Callable[..., list[Worker]]


@pytest.fixture
def workers(services: Services, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """Makes two workers, whose last poll counts for as long as a test may take."""
    monkeypatch.setattr("telecom_privacy.storage.epoch._STALE_SECONDS", 600)

    def make(bounds: CacheBounds = DEFAULT) -> list[Worker]:
        stored = dict.fromkeys(BINDINGS, b"key")
        epochs = [Epoch(services.databases.keystore) for _ in range(2)]
        made = [Worker(epoch, stored, OpenedKeys(epoch, bounds)) for epoch in epochs]
        # What other tests destroyed must not have named these keys.
        epochs[0].announce([b"of another test"] * RING)
        for worker in made:
            worker.poll()
            worker.read()
            # As one that has polled for a while: what went before concerns none of these keys.
            worker.opened._blind_until = float("-inf")
        return made

    return make


def test_an_opened_key_is_used_again(workers: Workers) -> None:
    worker, _ = workers()
    assert [worker.read(LONE) for _ in range(3)] == [{LONE}] * 3
    assert worker.loads == 1


def test_only_what_is_not_opened_is_loaded(workers: Workers) -> None:
    worker, _ = workers()
    worker.read(LONE)
    del worker.stored[LONE]
    assert worker.read(LONE, NEIGHBOUR) == {LONE, NEIGHBOUR}
    assert worker.loads == 2


def test_a_key_is_not_given_out_for_another_place(workers: Workers) -> None:
    worker, _ = workers()
    worker.read(LONE)
    other = {LONE: record_binding(SCOPE, "call", "2026-11", uuid4())}
    assert worker.opened.find_or_load(other, lambda _: {}) == {}


def test_a_destroyed_key_goes_from_every_worker_and_no_other_key_goes(workers: Workers) -> None:
    one, other = workers()
    for worker in (one, other):
        worker.read(LONE, NEIGHBOUR)
    with one.opened.destroying([LONE]):
        del one.stored[LONE]
    other.poll()
    for worker in (one, other):
        worker.loads = 0
        assert worker.read(NEIGHBOUR) == {NEIGHBOUR}
        assert worker.loads == 0
        assert worker.read(LONE) == set()


def test_a_page_that_goes_as_a_whole_is_dropped_as_one(workers: Workers) -> None:
    one, other = workers()
    other.read(LONE, *WHOLE_PAGE)
    before = other.epoch._ask().ring.count
    with one.opened.destroying(WHOLE_PAGE):
        for at in WHOLE_PAGE:
            del one.stored[at]
    other.poll()
    other.loads = 0
    assert other.read(LONE, *WHOLE_PAGE) == {LONE}
    assert other.epoch._ask().ring.count == before + 1


@pytest.mark.parametrize("references", [[LONE], WHOLE_PAGE])
@pytest.mark.parametrize("more", [0, RING + 1])
def test_what_is_destroyed_while_it_is_read_is_not_kept(
    workers: Workers, references: list[KeyReference], more: int
) -> None:
    one, other = workers()

    def destroy() -> None:
        with one.opened.destroying(references):
            for at in references:
                one.stored.pop(at, None)
        if more:
            one.epoch.announce([b"of others"] * more)
        other.poll()

    other.meanwhile = destroy
    assert other.read(*references) == set(references)
    assert other.read(*references) == set()


def test_what_is_read_before_it_is_destroyed_is_not_kept_though_more_is_announced_than_is_known(
    workers: Workers,
) -> None:
    one, other = workers()
    with one.opened.destroying([LONE]):
        one.epoch.announce([b"of others"] * (RING + 1))
        other.poll()
        assert other.read(LONE) == {LONE}
        del one.stored[LONE]
    assert other.read(LONE) == set()


def test_a_worker_that_starts_keeps_nothing_until_what_went_before_is_over(
    workers: Workers,
) -> None:
    one, _ = workers()
    young = Worker(one.epoch, one.stored, OpenedKeys(one.epoch, DEFAULT))
    assert [young.read(LONE) for _ in range(2)] == [{LONE}] * 2
    assert young.loads == 2


def test_what_took_long_to_destroy_is_announced_again(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = workers()
    before = other.epoch._ask().ring.count
    with one.opened.destroying([LONE]):
        monkeypatch.setattr("telecom_privacy.keys.opened._REMEMBERED_SECONDS", 0)
    assert other.epoch._ask().ring.count == before + 2


def test_what_a_node_above_may_have_taken_with_it_is_not_used(workers: Workers) -> None:
    one, other = workers()
    for worker in (one, other):
        worker.read(LONE)
    one.epoch.advance()
    other.poll()
    assert [worker.read(LONE) for worker in (one, other)] == [{LONE}] * 2
    assert [worker.loads for worker in (one, other)] == [2, 2]


def test_without_polls_that_succeed_nothing_is_used_or_kept(services: Services) -> None:
    never = Epoch(services.databases.keystore)
    worker = Worker(never, dict.fromkeys(BINDINGS, b"key"), OpenedKeys(never, CacheBounds()))
    for _ in range(2):
        worker.read(LONE)
    assert worker.loads == 2
    worker.poll()
    worker.read(LONE)
    deadline = time.monotonic() + 30
    while worker.epoch.current() is not None:
        assert time.monotonic() < deadline, "the last poll does not age"
        time.sleep(0.01)
    worker.stored.clear()
    assert worker.read(LONE) == set()


def test_the_number_of_keys_is_bounded_and_what_was_not_used_for_longest_goes(
    workers: Workers,
) -> None:
    worker, _ = workers(CacheBounds(keys=2))
    first, second, third = WHOLE_PAGE[:3]
    for at in (first, second, first, third):
        worker.read(at)
    worker.loads = 0
    assert worker.read(first, third) == {first, third}
    assert worker.loads == 0
    worker.read(second)
    assert worker.loads == 1


@pytest.mark.parametrize("bounds", [CacheBounds(keys=0), CacheBounds(seconds=0)])
def test_none_is_kept_where_none_may_be(workers: Workers, bounds: CacheBounds) -> None:
    worker, _ = workers(bounds)
    for _ in range(2):
        worker.read(LONE)
    assert worker.loads == 2


def test_threads_that_read_while_keys_are_destroyed_end_without_them(workers: Workers) -> None:
    one, other = workers()
    stopping = threading.Event()

    def read() -> None:
        while not stopping.is_set():
            other.read(*WHOLE_PAGE)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in WHOLE_PAGE:
        with one.opened.destroying([at]):
            del one.stored[at]
        other.poll()
        assert other.read(at) == set()
    stopping.set()
    for thread in threads:
        thread.join()


STEPS = st.one_of(
    st.tuples(st.just("poll"), st.integers(0, 1), st.just(0)),
    st.tuples(st.sampled_from(["begin", "erase", "finish"]), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("read"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("flood"), st.just(0), st.just(0)),
)


@dataclass
class History:
    """What two workers do, step by step. A destruction that is begun need never be finished."""

    workers: list[Worker]
    begun: dict[int, AbstractContextManager[None]] = field(default_factory=dict)
    settled: dict[int, set[int]] = field(default_factory=dict)
    """For each group that was destroyed: the workers that have not polled since."""

    def take(self, step: tuple[str, int, int]) -> None:
        name, one, other = step
        getattr(self, name)(one, other)

    def poll(self, worker: int, _: int) -> None:
        self.workers[worker].poll()
        for waiting in self.settled.values():
            waiting.discard(worker)

    def begin(self, group: int, _: int) -> None:
        if group not in self.begun:
            self.begun[group] = self.workers[0].opened.destroying(GROUPS[group])
            self.begun[group].__enter__()

    def erase(self, group: int, _: int) -> None:
        if group in self.begun:
            for at in GROUPS[group]:
                self.workers[0].stored.pop(at, None)

    def finish(self, group: int, _: int) -> None:
        if group in self.begun and GROUPS[group][0] not in self.workers[0].stored:
            self.begun.pop(group).__exit__(None, None, None)
            self.settled.setdefault(group, {0, 1})

    def flood(self, *_: int) -> None:
        self.workers[0].epoch.announce([b"of others"] * (RING + 1))

    def read(self, worker: int, group: int) -> None:
        is_gone = worker not in self.settled.get(group, {worker})
        found = self.workers[worker].read(*GROUPS[group])
        assert not (is_gone and found)


@given(
    steps=st.lists(st.tuples(STEPS, st.lists(STEPS, max_size=3)), max_size=12),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_in_between_no_worker_that_has_polled_uses_a_destroyed_key(
    workers: Workers, steps: list[tuple[tuple[str, int, int], list[tuple[str, int, int]]]]
) -> None:
    history = History(workers())
    for step, meanwhile in steps:
        for worker in history.workers:
            worker.meanwhile = _once(history, meanwhile)
        history.take(step)


def _once(history: History, steps: list[tuple[str, int, int]]) -> Callable[[], None]:
    """What happens while a key is being read; only once, and not while that happens itself."""
    left = iter(steps)

    def happen() -> None:
        for step in left:
            history.take(step)

    return happen


def test_of_a_process_that_is_killed_while_it_destroys_no_other_uses_the_key(
    workers: Workers,
) -> None:
    one, other = workers()
    other.read(LONE)
    one.opened.destroying([LONE]).__enter__()
    other.poll()
    assert other.read(LONE) == {LONE}
    del one.stored[LONE]
    assert other.read(LONE) == set()
