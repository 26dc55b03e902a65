"""Figures as text."""

import pytest

from telecom_privacy.bench.tables import markdown_table, number, terminal_table, verdict
from tests.bench.runs import DELAY, KEPT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0123456, "0.0123"),
        (0.7, "0.700"),
        (9.999, "10.00"),
        (12.345, "12.3"),
        (-0.051, "-0.0510"),
        (123.4, "123"),
        (12_345.6, "12,346"),
    ],
)
def test_three_digits_count(value, text):
    assert number(value) == text


def test_the_median_is_judged_from_either_side_of_its_bound():
    assert verdict(KEPT) == "great"
    assert verdict(DELAY) == "great"
    assert DELAY.great is not None
    assert not DELAY.great.is_met(25.1)
    assert KEPT.great is not None
    assert not KEPT.great.is_met(0.69)


def test_a_document_shows_median_range_processor_bound_and_verdict():
    lines = markdown_table([KEPT, DELAY]).split("\n")
    assert lines[0].startswith("| figure | median |")
    assert lines[2] == "| C / A | 0.810 | 0.700 - 0.900 |  | ≥ 0.700 | great; 32 threads |"
    assert lines[3] == "| delay | 25.0 ms | 20.0 - 30.0 | 1.50 ms | ≤ 25.0 | great |"


def test_columns_stand_below_each_other():
    lines = terminal_table([KEPT, DELAY]).split("\n")
    assert len({line.index("-") for line in lines[1:]}) <= 2
    assert [line.index("great") for line in lines[1:]] == [lines[1].index("great")] * 2
