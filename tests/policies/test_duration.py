"""Durations: RULES §2, "hours and days are exact, months and years are calendar"."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.duration import (
    Duration,
    add,
    end_of_term,
    last_day,
    never_longer,
    parse_duration,
)

from .samples import PARIS, durations, moments, paris, utc


@pytest.mark.parametrize(
    ("text", "months", "exact"),
    [
        ("P90D", 0, timedelta(days=90)),
        ("P6M", 6, timedelta(0)),
        ("P1Y", 12, timedelta(0)),
        ("P1Y6M", 18, timedelta(0)),
        ("PT48H", 0, timedelta(hours=48)),
        ("P1M15DT12H", 1, timedelta(days=15, hours=12)),
        ("P8W", 0, timedelta(days=56)),
        ("P0D", 0, timedelta(0)),
    ],
)
def test_iso_8601_durations_are_read(text, months, exact):
    assert parse_duration(text) == Duration(months, exact)


MALFORMED = ["", "P", "PT", "P1", "90", "p90d", " P90D", "P90D\n", "P1DT", "P1D1M", "P٩D", 90, None]
UNUSED = ["-P1D", "P-1D", "+P1D", "P1.5D", "P1.5W", "P2W1D", "P1Y2W", "PT5M", "PT5S"]


@pytest.mark.parametrize("text", [*MALFORMED, *UNUSED])
def test_what_no_rule_uses_is_refused(text):
    with pytest.raises(Invalid) as caught:
        parse_duration(text)
    assert "is not a duration such as P90D" in caught.value.errors["duration"][0]


@pytest.mark.parametrize("text", ["P101Y", "P1201M", "P36526D", "P5218W", "P99Y13M", "PT876601H"])
def test_more_than_a_hundred_years_is_refused(text):
    with pytest.raises(Invalid) as caught:
        parse_duration(text)
    assert caught.value.errors["duration"] == [f"{text!r} is longer than 100 years"]


@given(st.integers(0, 5217), moments)
def test_weeks_are_seven_exact_days_whatever_the_clock_does(weeks, start):
    duration = parse_duration(f"P{weeks}W")
    assert duration == parse_duration(f"P{7 * weeks}D") == parse_duration(str(duration))
    assert add(start, duration, PARIS) - start == weeks * timedelta(hours=168)


@given(durations)
def test_a_duration_written_out_reads_back_equal(duration):
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(6), "P6M"),
        (Duration(12), "P1Y"),
        (Duration(), "P0D"),
        (Duration(0, timedelta(hours=25)), "P1DT1H"),
        (Duration(0, timedelta(hours=5)), "PT5H"),
    ],
)
def test_a_duration_is_written_in_iso_8601(duration, text):
    assert str(duration) == text


@pytest.mark.parametrize(
    ("start", "text", "over"),
    [
        # 31 August + 6 months is the end of February, also of a leap year's.
        ("2025-08-31 10:00", "P6M", "2026-02-28 10:00"),
        ("2027-08-31 10:00", "P6M", "2028-02-29 10:00"),
        ("2025-08-28 10:00", "P6M", "2026-02-28 10:00"),
        ("2025-11-30 10:00", "P3M", "2026-02-28 10:00"),
        ("2024-02-29 10:00", "P1Y", "2025-02-28 10:00"),
        ("2024-02-29 10:00", "P4Y", "2028-02-29 10:00"),
        ("2026-02-28 10:00", "P6M", "2026-08-28 10:00"),
        ("2025-12-31 23:59", "P2M", "2026-02-28 23:59"),
        # Six months keep the hour on the wall over both clock changes.
        ("2026-01-15 10:00", "P6M", "2026-07-15 10:00"),
        ("2026-07-15 10:00", "P6M", "2027-01-15 10:00"),
        # 90 days are 90 x 24 h: an hour later on the wall after spring, earlier after autumn.
        ("2026-01-15 10:00", "P90D", "2026-04-15 11:00"),
        ("2026-09-01 10:00", "P90D", "2026-11-30 09:00"),
        ("2026-03-28 12:00", "PT48H", "2026-03-30 13:00"),
        # Months first, then what is exact.
        ("2026-01-31 10:00", "P1M1D", "2026-03-01 10:00"),
    ],
)
def test_terms_worked_by_hand_in_the_time_of_paris(start, text, over):
    assert add(paris(start), parse_duration(text), PARIS) == paris(over)


def test_months_are_counted_in_the_operator_s_time_zone():
    # 30 September 23:30 UTC is 1 October in Paris.
    assert add(utc("2026-09-30 23:30"), Duration(5), PARIS) == utc("2027-03-01 00:30")


def test_a_local_time_that_the_spring_skips_becomes_the_later_instant():
    # 02:30 does not exist in Paris on 29 March 2026; 03:30 summer time is 01:30 UTC.
    assert add(paris("2025-09-29 02:30"), Duration(6), PARIS) == utc("2026-03-29 01:30")


def test_a_local_time_that_autumn_repeats_becomes_the_earlier_instant():
    # 02:30 on 25 October 2026 is 00:30 UTC, then again 01:30 UTC.
    assert add(paris("2026-04-25 02:30"), Duration(6), PARIS) == utc("2026-10-25 00:30")


def test_no_duration_keeps_the_second_of_two_equal_local_times():
    second = utc("2026-10-25 01:30")
    assert add(second, Duration(), PARIS) == second


@pytest.mark.parametrize(
    ("day", "text", "last"),
    [
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2026-02-28", "P1M", "2026-03-28"),
        ("2026-02-28", "P30D", "2026-03-30"),
        ("2024-02-29", "P5Y", "2029-02-28"),
        ("2026-05-10", "P0D", "2026-05-10"),
        ("2026-05-10", "PT48H", "2026-05-12"),
        ("2026-05-10", "PT1H", "2026-05-11"),
    ],
)
def test_a_term_from_a_date_ends_at_the_end_of_its_last_day(day, text, last):
    start, duration, end = date.fromisoformat(day), parse_duration(text), date.fromisoformat(last)
    assert last_day(start, duration) == end
    assert end_of_term(start, duration, PARIS) == paris(f"{end + timedelta(days=1)} 00:00")


@given(moments, durations)
def test_adding_is_exact_time_after_the_calendar_part(moment, duration):
    calendar = add(moment, Duration(duration.months), PARIS)
    assert add(moment, duration, PARIS) == calendar + duration.exact
    assert add(moment, duration, PARIS).utcoffset() == timedelta(0)


@given(moments, st.integers(0, 30), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_a_later_start_is_over_at_most_four_days_sooner(moment, months, later):
    first = add(moment, Duration(months), PARIS)
    second = add(moment + later, Duration(months), PARIS)
    assert second > first - timedelta(days=4)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("P90D", "P6M", True),
        ("P6M", "P90D", False),
        ("P6M", "P6M", True),
        ("P90D", "P3M", False),  # 1 February to 1 May are 89 days
        ("P3M", "P90D", False),  # 1 June to 1 September are 92 days
        ("P89D", "P3M", True),
        ("P3M", "P92D", True),
        ("P28D", "P1M", True),
        ("P29D", "P1M", False),
        ("P365D", "P1Y", True),
        ("P366D", "P1Y", False),
        ("P1Y", "P365D", False),
        ("PT48H", "P2D", True),
        ("PT49H", "P2D", False),
    ],
)
def test_durations_are_compared_for_every_start(one, other, expected):
    assert never_longer(parse_duration(one), parse_duration(other)) is expected
