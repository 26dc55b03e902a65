"""What an operator needs follows from the costs of single acts."""

import pytest

from telecom_privacy.bench.simulation.model import Habits, Limits, left_by_million, need
from tests.bench.sizes.costs import COSTS

_HABITS = Habits(recorded=0.5, read=1, searched=0.1, deleted=0.1, busiest_hour=0.1)


def test_a_million_calls_leave_what_they_and_all_that_follows_them_store():
    left = left_by_million(COSTS, _HABITS)
    assert left["bulk.calls"].documents == pytest.approx(1e6)
    assert left["bulk.calls"].data == pytest.approx(1e6 * (1_500 + 0.5 * 1_000))
    assert left["bulk.segments"].documents == pytest.approx(1e6)
    assert left["audit.batches"].documents == pytest.approx(1e6 * 2.6)


def test_rates_are_those_of_the_busiest_hour_and_bytes_those_of_the_terms():
    found = need(360_000, COSTS, _HABITS, Limits(busy=0.5, shard=1e13))
    assert found.calls == pytest.approx(10)
    assert found.acts == pytest.approx(10 * 2.7)
    assert found.workers == 1  # 10 * (2 + 10 + 5 + 1 + 5) ms are 0.23 of a core, half of it used
    assert found.database_cores == pytest.approx(10 * (3 + 15 + 0 + 2 + 10) / 1000)
    assert found.audio == pytest.approx(360_000 * 0.5 * 90 * 500_000)
    assert found.bulk == pytest.approx(360_000 * 365 * (2_000 + 0.5 * 1_000))
    assert found.keystore == pytest.approx(360_000 * (365 * 500 + 0.5 * 90 * 1_000))
    assert found.audit == pytest.approx(360_000 * 365 * 2.7 * 1_000)
    assert found.shards == 1


def test_more_calls_need_more_in_proportion_and_whole_workers_and_shards():
    few, many = (need(calls, COSTS, Habits()) for calls in (10_000, 10_000_000))
    assert many.audit == pytest.approx(1_000 * few.audit)
    assert (few.workers, few.shards) == (1, 1)
    assert many.workers > few.workers
    assert many.shards > few.shards
