"""Bounds of terms: never on the wrong side, and only hours away."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.policies.calendar_bounds import latest_in_year, latest_start
from telecom_privacy.policies.duration import Duration, add, end_of_term, parse_duration

from .samples import PARIS, durations, moments, paris

zones = st.sampled_from([PARIS, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")])
steps = st.integers(1, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(moments, durations, steps, zones)
def test_nothing_that_starts_after_the_latest_start_is_over(over_at, duration, later, zone):
    start = latest_start(over_at, duration, zone)
    assert add(start + later, duration, zone) > over_at


@given(moments, durations)
def test_without_months_the_latest_start_is_exact(moment, duration):
    exact = Duration(0, duration.exact)
    assert latest_start(moment, exact, PARIS) == moment - exact.exact


@given(moments, durations)
def test_the_latest_start_is_only_hours_late(over_at, duration):
    """But for a start on a day that its month lacks, of which the last one of the month stands."""
    start = latest_start(over_at, duration, PARIS)
    assert add(start - timedelta(hours=31), duration, PARIS) <= over_at


@pytest.mark.parametrize(
    ("over_at", "text", "latest"),
    [
        # 28, 29, 30 and 31 August + 6 months are all 28 February.
        ("2026-02-28 10:00", "P6M", "2025-08-31 10:00"),
        ("2028-02-29 10:00", "P6M", "2027-08-31 10:00"),
        ("2026-02-27 10:00", "P6M", "2025-08-27 10:00"),
        ("2026-04-30 10:00", "P1M", "2026-03-31 10:00"),
        ("2026-03-30 10:00", "P1M", "2026-03-01 00:00"),  # all February's are over on the 28th
        ("2027-05-01 10:00", "P1Y", "2026-05-01 10:00"),
    ],
)
def test_latest_starts_worked_by_hand(over_at, text, latest):
    found = latest_start(paris(over_at), parse_duration(text), PARIS)
    assert paris(latest) <= found <= paris(latest) + timedelta(hours=4)


@pytest.mark.parametrize(
    ("over_at", "text", "latest"),
    [
        ("2026-12-31 23:59", "P3Y", "2023-01-01 00:00"),
        ("2027-01-01 00:00", "P3Y", "2024-01-01 00:00"),
        ("2026-05-01 10:00", "P0D", "2026-01-01 00:00"),
        ("2026-03-01 00:00", "P2M", "2026-01-01 00:00"),
    ],
)
def test_the_last_year_whose_term_is_over(over_at, text, latest):
    assert latest_in_year(paris(over_at), parse_duration(text), PARIS) == paris(latest)


@given(moments, durations)
def test_the_next_year_s_term_is_not_over(over_at, duration):
    year = latest_in_year(over_at, duration, PARIS).astimezone(PARIS).year
    assert end_of_term(date(year - 1, 12, 31), duration, PARIS) <= over_at
    assert end_of_term(date(year, 12, 31), duration, PARIS) > over_at
