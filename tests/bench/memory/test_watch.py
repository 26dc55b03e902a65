"""What a process holds is seen from outside."""

import os

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.memory.figures import growth
from telecom_privacy.bench.memory.watch import resident_megabytes, watched
from tests.bench.memory.acts import fail, hold, hold_on


def test_memory_that_grows_is_seen() -> None:
    samples = watched(60, hold, 100)
    before = max(one.resident for one in samples if one.done == 1)
    after = max(one.resident for one in samples if one.done == 4)
    assert after - before > 90
    assert growth([one for one in samples if one.done and one.resident]) > 1.5


def test_work_that_fails_is_a_wrong_answer() -> None:
    with pytest.raises(WrongAnswer, match="fail"):
        watched(60, fail)


def test_work_without_end_is_broken_off() -> None:
    samples = watched(0.5, hold_on)
    assert samples[-1].done > 1


def test_a_process_that_has_ended_holds_nothing() -> None:
    assert resident_megabytes(os.getpid()) > 10
    assert resident_megabytes(2**30) == 0
