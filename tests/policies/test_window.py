"""RULES REV-1: a calendar month, never less than 30 days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.policies.window import reversibility_window

from .samples import PARIS, paris


@pytest.mark.parametrize(
    ("ended_on", "closes_on"),
    [
        ("2026-04-15", "2026-05-15"),
        ("2026-03-31", "2026-04-30"),
        ("2026-07-31", "2026-08-31"),
        ("2026-01-31", "2026-03-02"),  # the month would be 28 days
        ("2026-02-10", "2026-03-12"),
        ("2028-01-31", "2028-03-01"),  # leap year: the month would be 29 days
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_windows_worked_by_hand(ended_on, closes_on):
    window = reversibility_window(date.fromisoformat(ended_on), PARIS)
    assert window.closes_on == date.fromisoformat(closes_on)
    assert window.closes_at == paris(f"{window.closes_on + timedelta(days=1)} 00:00")


def test_the_window_closes_at_local_midnight_on_both_sides_of_a_clock_change():
    assert reversibility_window(date(2026, 2, 28), PARIS).closes_at == paris("2026-03-31 00:00")
    assert reversibility_window(date(2026, 9, 30), PARIS).closes_at == paris("2026-10-31 00:00")


@given(st.dates(date(2018, 1, 1), date(2040, 1, 1)))
def test_a_window_has_thirty_or_thirty_one_days(ended_on):
    days = (reversibility_window(ended_on, PARIS).closes_on - ended_on).days
    assert days in {30, 31}
