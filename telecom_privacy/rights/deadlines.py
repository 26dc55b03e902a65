"""Until when a request is to be answered (GDPR article 12(3), RULES DSR-2): pure.

The month counts from the receipt, by the calendar of the operator's time zone, and its last day
belongs to it whole. That a last day is no working day does not lengthen it, as Regulation (EEC,
Euratom) 1182/71 article 3(4) would; and no question about the identity stops it: article 12(6) lets
more information be asked, and neither it nor 12(3) says that the time stops meanwhile. Both are
stricter than what is argued elsewhere.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from telecom_privacy.policies.duration import Duration, end_of_term, last_day
from telecom_privacy.rights.model import Urgency

_URGENT_FROM = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day for the answer, and the first UTC instant after it."""

    due_on: date
    due_at: datetime

    def is_over(self, at: datetime) -> bool:
        return at >= self.due_at

    def urgency(self, now: datetime) -> Urgency:
        """How urgent a request is that is not closed."""
        if self.is_over(now):
            return Urgency.OVERDUE
        return Urgency.URGENT if now >= self.due_at - _URGENT_FROM else Urgency.IN_TIME


def deadline(received_at: datetime, time: Duration, zone: tzinfo) -> Deadline:
    """Return the deadline of what was received at `received_at` (aware).

    31 January and one month is the last day of February.
    """
    day = received_at.astimezone(zone).date()
    return Deadline(last_day(day, time), end_of_term(day, time, zone))
