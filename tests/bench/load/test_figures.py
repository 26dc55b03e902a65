"""Tables and curves of a load."""

import pytest

from telecom_privacy.bench.load.figures import delay_curve, served_curve, tables
from tests.bench.load.replies import refused, right, step

_STEPS = {
    0.5: [step(right(0.01), right(0.03)), step(right(0.02), right(0.04, "a batch"))],
    1.5: [step(right(0.1), refused(), offered=30), step(right(0.2), refused(), offered=30)],
}


def test_each_rate_has_its_table():
    found = {(one.table, one.name): one.values for one in tables(_STEPS)}
    half, most = "The mix at 50% of the highest rate", "The mix at 150% of the highest rate"
    assert found[half, "answered"] == (1, 1)
    assert found[half, "p99"] == pytest.approx((30, 40))
    assert found[half, "mean time of the database"] == pytest.approx((4, 4))
    assert found[most, "refused, to come again"] == (50, 50)
    assert found[most, "CPU of the service"] == (0.5, 0.5)


def test_what_was_asked_is_told_apart_at_half_of_the_highest_rate():
    kinds = {one.name: one.values for one in tables(_STEPS) if one.table.startswith("By what")}
    assert kinds["a batch, p50"] == pytest.approx((40,))
    assert kinds["a call, p99"] == pytest.approx((30, 20))


def test_curves_go_over_the_rate_that_was_offered():
    delays = delay_curve(_STEPS).lines
    assert [x for x, _ in delays["p99"]] == [10, 30]
    assert delays["p99"][1][1] == pytest.approx(200)
    assert served_curve(_STEPS).lines["answered"] == ((10, 1), (30, 0.5))
