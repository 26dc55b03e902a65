"""Costs at several sizes."""

import pytest

from telecom_privacy.bench.growth.costs import Grown, beyond, curve
from telecom_privacy.bench.model import Great

_FLAT = Grown("flat", "ms", {10: (2.0, 3.0, 2.5), 1_000: (2.0, 3.0, 2.5)})
_LINEAR = Grown("linear", "ms", {10: (1.0, 2.0, 3.0), 1_000: (100.0, 200.0, 300.0)})


def test_an_exponent_is_taken_of_each_round() -> None:
    assert _FLAT.exponents == pytest.approx((0, 0, 0))
    assert _LINEAR.exponents == pytest.approx((1, 1, 1))


def test_growth_is_judged_alone_and_beside_a_plain_store() -> None:
    assert _FLAT.growth("Growth").is_great
    assert not _LINEAR.growth("Growth").is_great
    assert not beyond(_LINEAR, _FLAT, "Growth", "reads").is_great
    assert beyond(_LINEAR, _LINEAR, "Growth", "reads").is_great


def test_each_size_has_a_figure() -> None:
    figures = _LINEAR.at_each_size("Costs", Great(25, at_most=True))
    assert [one.name for one in figures] == ["linear, 10 records", "linear, 1,000 records"]
    assert [one.is_great for one in figures] == [True, False]


def test_a_curve_has_a_line_of_middle_values_for_each() -> None:
    drawn = curve("reads", "Reads", [_FLAT, _LINEAR])
    assert drawn.file == "growth-reads"
    assert drawn.lines["flat"] == ((10, 2.5), (1_000, 2.5))
    assert drawn.lines["linear"] == ((10, 2), (1_000, 200))
