"""The sides side by side: how much each turn asks follows from the time that is left."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.roles.comparison import compare, measurements, steps_within
from telecom_privacy.bench.roles.mixes import MIXES
from telecom_privacy.bench.roles.stage import Stage
from telecom_privacy.bench.roles.threads import crew
from telecom_privacy.bench.roles.world import World
from tests.bench.roles.sides import MemorySide


@pytest.fixture
def stage() -> Stage:
    world = World(1, 448, 32, datetime(2026, 11, 20, tzinfo=UTC))  # some gone for each thread
    world.bury_some()
    return Stage(cast(Any, None), world, [MemorySide(world, name) for name in "ABCD"])


@pytest.fixture
def plan(tmp_path) -> Plan:
    return Plan(cast(Any, None), tmp_path, seed=1, rounds=2, quick=False, say=print)


def test_where_no_time_is_left_each_thread_asks_once(plan, stage) -> None:
    with crew() as workers:
        found = compare(plan, stage, workers, 0)
    assert [(one.role, one.threads, one.steps) for one in found] == [
        (mix.role, threads, threads) for mix in MIXES for threads in (1, 8, 32)
    ]
    assert all(len(turns) == 2 for one in found for turns in one.turns.values())


def test_how_much_a_turn_asked_is_told_beside_its_rate(plan, stage) -> None:
    with crew() as workers:
        told = measurements(compare(plan, stage, workers, 0))
    rate = next(one for one in told if one.name == "regulator, 32 threads, side D")
    assert rate.note == "32 operations a turn"


@given(seconds=st.floats(-10, 100), probed=st.integers(1, 32), probe_seconds=st.floats(0.001, 60))
def test_steps_take_no_longer_than_given_or_are_a_single_one(
    seconds: float, probed: int, probe_seconds: float
) -> None:
    steps = steps_within(seconds, probed, probe_seconds)
    each = probe_seconds / probed
    assert steps == 1 or steps * each <= seconds * (1 + 1e-9)
    assert (steps + 1) * each >= seconds * (1 - 1e-9)
