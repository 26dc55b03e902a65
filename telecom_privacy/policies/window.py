"""The reversibility window after the end of a contract (RULES REV-1, RET-3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from telecom_privacy.policies.duration import Duration, last_day, start_of_day

_ONE_MONTH = Duration(months=1)
_THIRTY_DAYS = Duration(exact=timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Window:
    """Time for the client to take its data back: the whole of `closes_on` belongs to it."""

    closes_on: date
    closes_at: datetime


def reversibility_window(ended_on: date, zone: tzinfo) -> Window:
    """Return the window of a contract whose last day is `ended_on`.

    A calendar month, never less than 30 calendar days; `closes_at` is its first UTC instant
    outside.
    """
    closes_on = max(last_day(ended_on, _ONE_MONTH), last_day(ended_on, _THIRTY_DAYS))
    return Window(closes_on, start_of_day(closes_on + timedelta(days=1), zone))
