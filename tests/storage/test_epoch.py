"""Caches that live for one epoch, and for no longer than the epoch can be read."""

import time
from collections.abc import Callable, Iterator

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import NotFound
from telecom_privacy.storage.epoch import Epoch, EpochCache


class Counter:
    def __init__(self) -> None:
        self.loads = 0

    def __call__(self) -> int:
        self.loads += 1
        return self.loads


@pytest.fixture
def epochs(services: Services) -> Iterator[tuple[Epoch, Epoch]]:
    """Those of two workers."""
    one, other = Epoch(services.databases.keystore), Epoch(services.databases.keystore)
    for epoch in (one, other):
        epoch.start()
        _wait_for(lambda epoch=epoch: epoch.current() is not None)
    yield one, other
    one.stop()
    other.stop()


def test_what_was_loaded_is_kept(epochs: tuple[Epoch, Epoch]) -> None:
    cache: EpochCache[str, int] = EpochCache(epochs[0])
    load = Counter()
    assert [cache.get_or_load("key", load) for _ in range(3)] == [1, 1, 1]


def test_an_advance_reaches_the_other_worker(epochs: tuple[Epoch, Epoch]) -> None:
    one, other = epochs
    cache: EpochCache[str, int] = EpochCache(other)
    load, before = Counter(), other.current()
    cache.get_or_load("key", load)
    one.advance()
    _wait_for(lambda: other.current() not in (None, before))
    assert cache.get_or_load("key", load) == 2


def test_the_worker_that_advances_uses_no_cache_from_then_on(
    epochs: tuple[Epoch, Epoch],
) -> None:
    cache: EpochCache[str, int] = EpochCache(epochs[0])
    load = Counter()
    cache.get_or_load("key", load)
    epochs[0].advance()
    assert cache.get_or_load("key", load) == 2


def test_after_a_restart_no_value_comes_again(services: Services) -> None:
    epoch, state = Epoch(services.databases.keystore), services.databases.keystore["state"]

    def value() -> int:
        found = state.find_one({"_id": "epoch"})
        assert found is not None
        return int(found["value"])

    epoch.advance()
    restored = value()
    for _ in range(5):
        epoch.advance()
    seen = range(restored, value() + 1)
    state.update_one({"_id": "epoch"}, {"$set": {"value": restored}})
    epoch.restart()
    assert value() not in seen
    after = value()
    epoch.advance()
    assert value() == after + 1


def test_without_a_poll_that_succeeds_no_cache_is_used(services: Services) -> None:
    never_started = Epoch(services.databases.keystore)
    cache: EpochCache[str, int] = EpochCache(never_started)
    load = Counter()
    assert never_started.current() is None
    assert [cache.get_or_load("key", load) for _ in range(2)] == [1, 2]


def test_polls_that_end_make_the_caches_useless(epochs: tuple[Epoch, Epoch]) -> None:
    epochs[0].stop()
    _wait_for(lambda: epochs[0].current() is None)


def test_errors_are_not_kept(epochs: tuple[Epoch, Epoch]) -> None:
    cache: EpochCache[str, int] = EpochCache(epochs[0])

    def fail() -> int:
        raise NotFound

    with pytest.raises(NotFound):
        cache.get_or_load("key", fail)
    assert cache.get_or_load("key", Counter()) == 1


def test_the_oldest_go_first_when_a_cache_is_full(epochs: tuple[Epoch, Epoch]) -> None:
    cache: EpochCache[int, int] = EpochCache(epochs[0], capacity=2)
    load = Counter()
    for key in (1, 2, 3):
        cache.get_or_load(key, load)
    assert cache.get_or_load(3, load) == 3
    assert cache.get_or_load(1, load) == 4


def test_entries_are_dropped_by_name_and_by_age(epochs: tuple[Epoch, Epoch]) -> None:
    cache: EpochCache[str, int] = EpochCache(epochs[0])
    load = Counter()
    cache.get_or_load("key", load)
    cache.drop("key")
    assert cache.get_or_load("key", load) == 2
    aged: EpochCache[str, int] = EpochCache(epochs[0], seconds=0)
    assert [aged.get_or_load("key", load) for _ in range(2)] == [3, 4]


def _wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
