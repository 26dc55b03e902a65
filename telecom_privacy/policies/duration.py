"""ISO 8601 durations as RULES §2 reads them: days and hours exact, months and years calendar."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TypeVar

from telecom_privacy.errors import Invalid

_ISO_8601 = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})D)?(?:T([0-9]{1,6})H)?"
    r"|P([0-9]{1,6})W"
)
_LONGEST_MONTHS = 1200
_LONGEST_EXACT = timedelta(days=36525)
_NOTHING = timedelta(0)

# One leap cycle: every month length and every clamp at a month's end occurs in it.
_REFERENCE_STARTS = tuple(
    datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(1461)
)

_Day = TypeVar("_Day", date, datetime)


@dataclass(frozen=True, slots=True)
class Duration:
    """A calendar part in months, then an exact part in whole hours; neither negative.

    `str()` gives ISO 8601 that `parse_duration` reads back to an equal value.
    """

    months: int = 0
    exact: timedelta = _NOTHING

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        hours = self.exact.seconds // 3600
        parts = [(years, "Y"), (months, "M"), (self.exact.days, "D")]
        days = "".join(f"{count}{unit}" for count, unit in parts if count)
        return f"P{days}" + (f"T{hours}H" if hours else "") if days or hours else "P0D"


def parse_duration(text: object) -> Duration:
    """Read years, months, days and hours, or weeks of seven exact days; at most 100 years.

    Minutes, seconds, fractions and signs are refused: no rule uses them. So are weeks beside
    other units, which ISO 8601 does not have.

    Raises:
        Invalid: with one message under `duration`.
    """
    match = _ISO_8601.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Invalid({"duration": [f"{text!r} is not a duration such as P90D, P6M, P1Y or PT48H"]})
    years, months, days, hours, weeks = (int(part or 0) for part in match.groups())
    duration = Duration(years * 12 + months, timedelta(days=days, hours=hours, weeks=weeks))
    if duration.months > _LONGEST_MONTHS or duration.exact > _LONGEST_EXACT:
        raise Invalid({"duration": [f"{text!r} is longer than 100 years"]})
    return duration


def add(moment: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """Return the UTC instant at which a term that starts at `moment` (aware) is over (RULES §2).

    Months are counted in `zone` and stop at the end of a shorter month. A local time that a clock
    change skips becomes the later instant, one that occurs twice the earlier.
    """
    if duration.months:
        local = shift_months(moment.astimezone(zone), duration.months)
        moment = local.replace(fold=0)  # PEP 495: later in a gap, earlier in a repetition
    return moment.astimezone(UTC) + duration.exact


def last_day(day: date, duration: Duration) -> date:
    """Return the last day of a term that starts on a date; a part of a day counts as a day."""
    whole_days = -(-duration.exact // timedelta(days=1))
    return shift_months(day, duration.months) + timedelta(days=whole_days)


def end_of_term(day: date, duration: Duration, zone: tzinfo) -> datetime:
    """Return the first UTC instant after the last day of a term that starts on a date."""
    return start_of_day(last_day(day, duration) + timedelta(days=1), zone)


def end_of_year(moment: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """Return when a term is over that starts at the end of the local year of `moment`."""
    return end_of_term(date(moment.astimezone(zone).year, 12, 31), duration, zone)


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the UTC instant at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def never_longer(one: Duration, other: Duration) -> bool:
    """Tell whether `one` is over no later than `other`, whatever day both start on.

    Not an order: P90D and P3M are each longer than the other for some starts. Clock changes are
    left out, as they move both.
    """
    return all(
        shift_months(start, one.months) + one.exact
        <= shift_months(start, other.months) + other.exact
        for start in _REFERENCE_STARTS
    )


def shift_months(day: _Day, months: int) -> _Day:
    """Return the same day `months` later, or the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, length))
