"""Reading what is due oldest first, however much that is.

Servers that do not push limits down build the whole result of a query before they answer; past
some ten thousand documents they do not answer in time. What cannot be had at once is therefore read
in windows of time that are about as wide as some thousand documents.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.mongo import waiting_at_most
from telecom_privacy.storage.paging import EARLIEST, TICK, month_window

_AT_ONCE_SECONDS = 2.0  # not much longer: such a server goes on with what nobody waits for any more
_NARROWEST = timedelta(minutes=1)
_FIRST = timedelta(hours=1)
_WIDEST = timedelta(days=1)
_MANY = 2_000
_FEW = 500

Item = TypeVar("Item")

Fetch: TypeAlias = Callable[[datetime, datetime], Iterator[Item]]
"""Returns what lies in `[start, end)`, oldest first; asks the database when it is first read."""

Months: TypeAlias = Callable[[], Iterable[str]]
"""Names months, `YYYY-MM`."""


def oldest_first(fetch: Fetch[Item], months: Months, until: datetime) -> Iterator[Item]:
    """Yield all up to and including `until`, oldest first.

    Where nothing is there that is one query. `months` (`YYYY-MM`) are those in which much may lie:
    they are asked for, and looked through little by little, only if the database does not answer in
    time; the time between them is looked through at once. Raises `Unavailable`.
    """
    end = until + TICK
    try:
        with waiting_at_most(_AT_ONCE_SECONDS):
            is_empty = next(fetch(EARLIEST, end), None) is None
    except Unavailable:
        yield from _in_windows(fetch, sorted(months()), end)
        return
    if not is_empty:
        # Asked anew: the time that a query is given would bound the whole reading of its result.
        yield from fetch(EARLIEST, end)


def _in_windows(fetch: Fetch[Item], months: Iterable[str], end: datetime) -> Iterator[Item]:
    start = EARLIEST
    for window in map(month_window, months):
        if window.start >= end:
            break
        yield from fetch(start, window.start)
        start = min(window.end, end)
        yield from _little_by_little(fetch, window.start, start)
    if start < end:
        yield from fetch(start, end)


def _little_by_little(fetch: Fetch[Item], start: datetime, end: datetime) -> Iterator[Item]:
    width = _FIRST
    while start < end:
        stop = min(start + width, end)
        count = 0
        for item in fetch(start, stop):
            count += 1
            yield item
        width = _next_width(width, count)
        start = stop


def _next_width(width: timedelta, count: int) -> timedelta:
    if count > _MANY:
        return max(width / 2, _NARROWEST)
    return min(width * 2, _WIDEST) if count < _FEW else width
