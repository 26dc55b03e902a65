"""How much one order may ask for (RULES LAW-3): beyond that, nothing is singled out any more."""

from datetime import datetime, timedelta, tzinfo

from telecom_privacy.disclosure.model import Asked
from telecom_privacy.errors import Invalid
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.duration import Duration, add, start_of_day

MOST_NUMBERS = 100
"""Those of ranges among them."""
LONGEST_PERIOD = Duration(months=60)
LONGEST_FOR_CONTENT = Duration(months=12)
MOST_DAYS = 18_300
"""Numbers and licences, times days: a hundred of them for half a year, or ten for five years."""
MOST_DAYS_OF_CONTENT = 3_660
"""Ten of them for a year."""


def require_bounded(asked: Asked, received_at: datetime, zone: tzinfo) -> None:
    """Raise `Invalid` for a period that is none, is too long, or goes beyond the receipt."""
    is_content = DataCategory.CONTENT in asked.categories
    longest = LONGEST_FOR_CONTENT if is_content else LONGEST_PERIOD
    _require_few_numbers(asked)
    if asked.end < asked.start:
        raise Invalid({"period": ["Ends before it begins."]})
    if asked.end > add(asked.start, longest, zone):
        raise Invalid({"period": [f"Longer than {longest}."]})
    _require_few(asked, MOST_DAYS_OF_CONTENT if is_content else MOST_DAYS)
    _require_before(asked.end, received_at, zone)


def _require_few_numbers(asked: Asked) -> None:
    """Counted by their ends: a range may be as long as all numbers of a country."""
    lengths = (int(one.last) - int(one.first) + 1 for one in asked.ranges)
    if len(asked.numbers) + sum(lengths) > MOST_NUMBERS:
        raise Invalid({"number_ranges": [f"More than {MOST_NUMBERS} numbers in all."]})


def _require_few(asked: Asked, most: int) -> None:
    named, days = len(asked.every_number) + len(asked.licences), (asked.end - asked.start).days
    if named * days > most:
        told = f"{named} numbers and licences for {days} days: more than {most} days in all."
        raise Invalid({"period": [told]})


def _require_before(end: datetime, received_at: datetime, zone: tzinfo) -> None:
    """An order asks for what was: what came after its day is another order's."""
    day = received_at.astimezone(zone).date()
    if end > start_of_day(day + timedelta(days=1), zone):
        raise Invalid({"period": ["Ends after the day on which the order was received."]})
