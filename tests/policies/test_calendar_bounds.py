"""Bounds of terms: never on the wrong side, and only hours away."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.policies.calendar_bounds import earliest_end, latest_in_year, latest_start
from telecom_privacy.policies.duration import Duration, add, end_of_term, parse_duration

from .samples import PARIS, durations, moments, paris, utc

zones = st.sampled_from([PARIS, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")])
steps = st.integers(1, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(moments, durations, steps, zones)
def test_nothing_that_starts_after_the_latest_start_is_over(over_at, duration, later, zone):
    start = latest_start(over_at, duration, zone)
    assert add(start + later, duration, zone) > over_at


@given(moments, durations, steps, zones)
def test_nothing_that_starts_later_is_over_before_the_earliest_end(start, duration, later, zone):
    bound = earliest_end(start, duration, zone)
    assert bound <= add(start, duration, zone)
    assert bound <= add(start + later, duration, zone)


@given(moments, durations)
def test_without_months_both_are_exact(moment, duration):
    exact = Duration(0, duration.exact)
    assert latest_start(moment, exact, PARIS) == moment - exact.exact
    assert earliest_end(moment, exact, PARIS) == moment + exact.exact


@given(moments, durations)
def test_the_latest_start_is_only_hours_late(over_at, duration):
    """But for a start on a day that its month lacks, of which the last one of the month stands."""
    start = latest_start(over_at, duration, PARIS)
    assert add(start - timedelta(hours=31), duration, PARIS) <= over_at


@given(moments, durations)
def test_the_earliest_end_is_less_than_a_day_and_a_clock_change_early(start, duration):
    slack = add(start, duration, PARIS) - earliest_end(start, duration, PARIS)
    assert slack <= timedelta(hours=28)


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
    ("start", "text", "earliest"),
    [
        ("2025-08-28 10:00", "P6M", "2026-02-28 00:00"),  # 31 August 00:00 is over then
        ("2025-08-27 10:00", "P6M", "2026-02-27 10:00"),
        ("2026-05-01 10:00", "P1Y", "2027-05-01 10:00"),
    ],
)
def test_earliest_ends_worked_by_hand(start, text, earliest):
    found = earliest_end(paris(start), parse_duration(text), PARIS)
    assert paris(earliest) - timedelta(hours=4) <= found <= paris(earliest)


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


def test_the_earliest_end_allows_for_the_hour_that_autumn_repeats():
    # 02:50 comes twice on 25 October 2026; the second 02:10 is later but ends a month earlier.
    bound = earliest_end(utc("2026-10-25 00:50"), Duration(1), PARIS)
    assert bound <= add(utc("2026-10-25 01:10"), Duration(1), PARIS)
