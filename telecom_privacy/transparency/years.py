"""In which year's report a request counts, and when that is made: pure.

A report waits until most requests of its year are answered, and is made once. What was recorded too
late for it counts in the next one, so no number that anybody saw ever grows by one request.
"""

from datetime import date, datetime, time, tzinfo

_APRIL = 4
_LAST_RECORDED, _PUBLISHED = 1, 2
"""A report is published a day after it takes no more requests: every process has noted its own."""


def year_of(received_at: datetime, recorded_at: datetime, zone: tzinfo) -> int:
    """Return the year of receipt, or the first one after it whose report still takes requests."""
    return max(received_at.astimezone(zone).year, _newest(recorded_at, zone, _LAST_RECORDED) + 1)


def published_on(year: int) -> date:
    """The day on which the report of a year is published: 2 April of the next."""
    return date(year + 1, _APRIL, _PUBLISHED)


def newest_due(now: datetime, zone: tzinfo) -> int:
    """Return the newest year whose report is due."""
    return _newest(now, zone, _PUBLISHED)


def _newest(now: datetime, zone: tzinfo, day: int) -> int:
    local = now.astimezone(zone)
    begins = datetime.combine(date(local.year, _APRIL, day), time.min, zone)
    return local.year - (1 if local >= begins else 2)
