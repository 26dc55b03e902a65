"""Percentiles, growth exponents and ratios."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.bench.figures import geometric_mean, growth_exponent, percentile, ratios


def test_a_percentile_is_the_nearest_rank():
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.95) == 95
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert percentile([3.0], 0.01) == 3


def test_there_is_no_percentile_of_nothing():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


@given(
    exponent=st.floats(-2, 2),
    constant=st.floats(0.001, 1000),
    sizes=st.lists(st.integers(1, 10**7), min_size=2, max_size=5, unique=True),
)
def test_the_exponent_of_a_power_is_found_whatever_its_constant(exponent, constant, sizes):
    costs = [constant * size**exponent for size in sizes]
    assert growth_exponent(sizes, costs) == pytest.approx(exponent, abs=1e-6)


def test_ratios_are_taken_round_by_round():
    assert ratios([1.0, 6.0], [2.0, 3.0]) == (0.5, 2.0)
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 6.0], [2.0])


def test_a_geometric_mean_treats_halves_and_doubles_alike():
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1)
