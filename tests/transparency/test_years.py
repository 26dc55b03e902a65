"""In which report a request counts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.transparency.years import newest_due, published_on, year_of

PARIS = ZoneInfo("Europe/Paris")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@pytest.mark.parametrize(
    ("received_at", "recorded_at", "year"),
    [
        ("2026-12-31T22:59:59Z", "2027-01-02T09:00:00Z", 2026),
        ("2026-12-31T23:00:00Z", "2027-01-02T09:00:00Z", 2027),  # a new year in Paris
        ("2026-12-31T12:00:00Z", "2027-03-31T21:59:59Z", 2026),
        ("2026-12-31T12:00:00Z", "2027-03-31T22:00:00Z", 2027),  # the report is closed
        ("2024-05-01T12:00:00Z", "2026-11-23T12:00:00Z", 2026),
    ],
)
def test_a_request_counts_in_the_first_report_that_is_open(
    received_at: str, recorded_at: str, year: int
) -> None:
    received, recorded = map(datetime.fromisoformat, (received_at, recorded_at))
    assert year_of(received, recorded, PARIS) == year


@pytest.mark.parametrize(
    ("now", "year"), [("2027-04-01T21:59:59Z", 2025), ("2027-04-01T22:00:00Z", 2026)]
)
def test_a_report_is_due_on_its_day_in_the_operator_s_time(now: str, year: int) -> None:
    assert newest_due(datetime.fromisoformat(now), PARIS) == year
    assert published_on(2026).isoformat() == "2027-04-02"


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=800)))
def test_a_report_is_due_a_day_after_it_took_its_last_request(
    received_at: datetime, later: timedelta
) -> None:
    recorded_at = received_at + later
    year = year_of(received_at, recorded_at, PARIS)
    assert year >= received_at.astimezone(PARIS).year
    assert newest_due(recorded_at + timedelta(hours=23), PARIS) < year
