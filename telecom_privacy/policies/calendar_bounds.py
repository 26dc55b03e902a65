"""Bounds of terms. Adding months is not monotone at the end of a month and at a clock change."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from telecom_privacy.policies.duration import Duration, end_of_term, shift_months, start_of_day

_CLOCK_MARGIN = timedelta(hours=3)
"""More than any clock change to summer time and back."""

_DAY = timedelta(days=1)


def latest_start(over_at: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """Return a moment after which no term of `duration` can start and be over at `over_at`.

    Exact without months; with them some hours late: what starts on the 28th to the 31st may end on
    one day.
    """
    local = (over_at - duration.exact).astimezone(zone)
    if not duration.months:
        return local.astimezone(UTC)
    start = shift_months(local.replace(tzinfo=None), -duration.months)
    last = monthrange(start.year, start.month)[1]
    if start.day < local.day:
        start = datetime.combine(start.date() + _DAY, time())
    elif _ends_month(local):
        start = start.replace(day=last)
    return start.replace(tzinfo=zone).astimezone(UTC) + _CLOCK_MARGIN


def latest_in_year(over_at: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """Return the end of the last year whose term of `duration` is over at `over_at`."""
    year = over_at.astimezone(zone).year
    while end_of_term(date(year, 12, 31), duration, zone) > over_at:
        year -= 1
    return start_of_day(date(year + 1, 1, 1), zone)


def _ends_month(day: datetime) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
