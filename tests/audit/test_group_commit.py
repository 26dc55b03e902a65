import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from telecom_privacy.audit.group_commit import GroupCommit
from telecom_privacy.errors import IntegrityError, StorageFault, TelecomPrivacyError, Unavailable


class Store:
    """Writes into a list; the first write waits until it is let go."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []
        self.is_entered = threading.Event()
        self.may_go_on = threading.Event()
        self.fails = False

    def write(self, items: Sequence[str]) -> tuple[int, int]:
        self.is_entered.set()
        assert self.may_go_on.wait(10)
        if self.fails:
            raise Unavailable("away")
        first = sum(map(len, self.written))
        self.written.append(list(items[:3]))
        return first, len(self.written[-1])


@pytest.fixture
def store() -> Store:
    return Store()


def test_what_waits_is_written_together_and_rests_are_written_next(store: Store) -> None:
    commit = GroupCommit(store.write, 100)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(commit.submit, ["a"])
        assert store.is_entered.wait(10)
        second = pool.submit(commit.submit, ["b", "c", "d", "e"])
        while len(commit._queue) < 5:
            pass
        store.may_go_on.set()
        assert first.result(10) == [0]
        assert second.result(10) == [1, 2, 3, 4]
    assert store.written == [["a"], ["b", "c", "d"], ["e"]]


def test_an_error_reaches_every_waiter_of_the_batch_and_the_queue_goes_on(store: Store) -> None:
    commit = GroupCommit(store.write, 100)
    store.fails = True
    store.may_go_on.set()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(commit.submit, [str(number)]) for number in range(8)]
        for future in waiting:
            assert isinstance(future.exception(10), Unavailable)
    store.fails = False
    assert commit.submit(["later"]) == [0]
    assert store.written == [["later"]]


@pytest.mark.parametrize("kind", [IntegrityError, StorageFault])
def test_a_damaged_log_is_not_presented_as_one_that_is_away(
    kind: type[TelecomPrivacyError], caplog: pytest.LogCaptureFixture
) -> None:
    def write(items: Sequence[str]) -> tuple[int, int]:
        raise kind("damaged")

    with caplog.at_level(logging.CRITICAL), pytest.raises(kind):
        GroupCommit(write, 100).submit(["a"])
    [record] = caplog.records
    assert record.__dict__["fields"] == {"error": kind.__name__}


def test_an_interrupted_writer_leaves_the_queue_usable() -> None:
    interrupted = False

    def write(items: Sequence[str]) -> tuple[int, int]:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            raise KeyboardInterrupt
        return 0, len(items)

    commit = GroupCommit(write, 100)
    with pytest.raises(KeyboardInterrupt):
        commit.submit(["a"])
    assert commit.submit(["b"]) == [0]


def test_nothing_is_written_for_nothing(store: Store) -> None:
    assert GroupCommit(store.write, 100).submit([]) == []
    assert not store.is_entered.is_set()
