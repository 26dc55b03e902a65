"""Deadlines, with dates worked by hand from the calendar (GDPR article 12(3), DSR-2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.policies.duration import Duration
from telecom_privacy.rights.deadlines import deadline
from telecom_privacy.rights.model import Urgency

PARIS = ZoneInfo("Europe/Paris")
MONTH = Duration(months=1)
START = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=11_000)).map(lambda later: START + later)


@pytest.mark.parametrize(
    ("received_at", "months", "due_on", "due_at"),
    [
        ("2026-01-31T10:00:00+01:00", 1, "2026-02-28", "2026-02-28T23:00:00+00:00"),
        ("2028-01-31T10:00:00+01:00", 1, "2028-02-29", "2028-02-29T23:00:00+00:00"),
        ("2026-11-22T09:00:00+01:00", 1, "2026-12-22", "2026-12-22T23:00:00+00:00"),
        ("2026-11-30T09:00:00+01:00", 3, "2027-02-28", "2027-02-28T23:00:00+00:00"),
        ("2026-12-31T09:00:00+01:00", 2, "2027-02-28", "2027-02-28T23:00:00+00:00"),
        ("2026-08-31T09:00:00+02:00", 1, "2026-09-30", "2026-09-30T22:00:00+00:00"),
        # Shortly before midnight in UTC it is the next day already in Paris.
        ("2026-01-30T23:30:00+00:00", 1, "2026-02-28", "2026-02-28T23:00:00+00:00"),
        ("2026-03-31T22:30:00+00:00", 1, "2026-05-01", "2026-05-01T22:00:00+00:00"),
        # Clocks go forward on 29 March and back on 25 October 2026.
        ("2026-02-28T12:00:00+01:00", 1, "2026-03-28", "2026-03-28T23:00:00+00:00"),
        ("2026-03-01T12:00:00+01:00", 1, "2026-04-01", "2026-04-01T22:00:00+00:00"),
        ("2026-09-25T12:00:00+02:00", 1, "2026-10-25", "2026-10-25T23:00:00+00:00"),
        # The last day is a Saturday, a Sunday, Christmas, 1 May: Regulation 1182/71 article 3(4)
        # would go on to the next working day.
        ("2026-04-02T12:00:00+02:00", 1, "2026-05-02", "2026-05-02T22:00:00+00:00"),
        ("2026-05-07T12:00:00+02:00", 1, "2026-06-07", "2026-06-07T22:00:00+00:00"),
        ("2026-11-25T12:00:00+01:00", 1, "2026-12-25", "2026-12-25T23:00:00+00:00"),
        ("2026-04-01T00:00:00+02:00", 1, "2026-05-01", "2026-05-01T22:00:00+00:00"),
        # Extended: two further months count from the receipt, not from the shortened first month.
        ("2026-01-31T12:00:00+01:00", 3, "2026-04-30", "2026-04-30T22:00:00+00:00"),
        ("2026-10-31T12:00:00+01:00", 3, "2027-01-31", "2027-01-31T23:00:00+00:00"),
        ("2027-11-29T12:00:00+01:00", 3, "2028-02-29", "2028-02-29T23:00:00+00:00"),
        ("2026-07-31T12:00:00+02:00", 2, "2026-09-30", "2026-09-30T22:00:00+00:00"),
        # Received in the hour that the clocks repeat, and in the last moment of a day and a year.
        ("2026-10-25T00:30:00+00:00", 1, "2026-11-25", "2026-11-25T23:00:00+00:00"),
        ("2026-10-25T01:30:00+00:00", 1, "2026-11-25", "2026-11-25T23:00:00+00:00"),
        ("2026-12-31T23:59:59+01:00", 1, "2027-01-31", "2027-01-31T23:00:00+00:00"),
    ],
)
def test_the_last_day_of_the_calendar_month_belongs_to_it_whole(
    received_at: str, months: int, due_on: str, due_at: str
) -> None:
    found = deadline(datetime.fromisoformat(received_at), Duration(months=months), PARIS)
    assert found.due_on == date.fromisoformat(due_on)
    assert found.due_at == datetime.fromisoformat(due_at)


@given(received_at=MOMENTS, months=st.integers(1, 3))
def test_no_deadline_is_shorter_than_its_months_or_longer_by_more_than_a_day(
    received_at: datetime, months: int
) -> None:
    found = deadline(received_at, Duration(months=months), PARIS)
    waited = found.due_at - received_at
    assert waited >= timedelta(days=28 * months) - timedelta(hours=1)
    assert waited <= timedelta(days=31 * months + 1, hours=1)
    local = found.due_at.astimezone(PARIS)
    assert (local.hour, local.minute) == (0, 0)
    assert local.date() == found.due_on + timedelta(days=1)


@given(one=MOMENTS, later=st.timedeltas(timedelta(), timedelta(days=400)))
def test_what_was_received_later_is_never_due_earlier(one: datetime, later: timedelta) -> None:
    assert deadline(one, MONTH, PARIS).due_at <= deadline(one + later, MONTH, PARIS).due_at


def test_the_last_week_is_urgent_and_what_follows_is_late() -> None:
    found = deadline(datetime(2026, 1, 10, tzinfo=UTC), MONTH, PARIS)
    tick, week = timedelta(milliseconds=1), timedelta(days=7)
    assert found.urgency(found.due_at - week - tick) is Urgency.IN_TIME
    assert found.urgency(found.due_at - week) is Urgency.URGENT
    assert found.urgency(found.due_at - tick) is Urgency.URGENT
    assert found.urgency(found.due_at) is Urgency.OVERDUE
