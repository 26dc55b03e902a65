"""RULES REV-1: a calendar month, never less than 30 days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.history import PolicyChange
from telecom_privacy.policies.model import PolicyVersion
from telecom_privacy.policies.window import reversibility_window

from .samples import PARIS, POLICIES, history, paris

(FIRST,) = POLICIES["web2contact"].versions
TWO_MONTHS = PolicyVersion(
    date(2026, 7, 1),
    tuple(
        replace(rule, duration=parse_duration("P2M")) if rule.id == "RET-4" else rule
        for rule in FIRST.rules
    ),
)
LONGER = replace(POLICIES["web2contact"], name="longer", versions=(FIRST, TWO_MONTHS))


def window_of(ended_on, policies=POLICIES, **more):
    return reversibility_window(history(ended_on=ended_on, **more), policies, PARIS)


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
    window = window_of(date.fromisoformat(ended_on))
    assert window.closes_on == date.fromisoformat(closes_on)
    assert window.closes_at == paris(f"{window.closes_on + timedelta(days=1)} 00:00")


def test_the_window_closes_at_local_midnight_on_both_sides_of_a_clock_change():
    assert window_of(date(2026, 2, 28)).closes_at == paris("2026-03-31 00:00")
    assert window_of(date(2026, 9, 30)).closes_at == paris("2026-10-31 00:00")


@given(st.dates(date(2018, 1, 1), date(2040, 1, 1)))
def test_a_window_has_thirty_or_thirty_one_days(ended_on):
    days = (window_of(ended_on).closes_on - ended_on).days
    assert days in {30, 31}


def test_a_contract_without_end_has_no_window():
    assert window_of(None) is None


@pytest.mark.parametrize(
    ("ended_on", "closes_on"),
    [("2026-06-29", "2026-07-29"), ("2026-06-30", "2026-08-30"), ("2026-07-15", "2026-09-15")],
)
def test_the_notice_in_force_when_the_contract_is_over_decides(ended_on, closes_on):
    found = window_of(date.fromisoformat(ended_on), {"longer": LONGER}, policy="longer")
    assert found.closes_on == date.fromisoformat(closes_on)


def test_the_operators_own_terms_do_not_count():
    found = window_of(date(2026, 4, 15))
    assert found.closes_on == date(2026, 5, 15)  # its contract data stays five years


def test_a_change_of_policy_counts_from_its_day():
    joined = history(ended_on=date(2026, 9, 1))
    changed = replace(
        joined, policies=(*joined.policies, PolicyChange("longer", paris("2026-08-01 00:00")))
    )
    policies = {**POLICIES, "longer": LONGER}
    assert reversibility_window(changed, policies, PARIS).closes_on == date(2026, 11, 1)
    assert reversibility_window(joined, policies, PARIS).closes_on == date(2026, 10, 1)
