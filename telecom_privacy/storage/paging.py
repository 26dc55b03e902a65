"""Reading a long history newest first, in windows of time.

Every query has a limit and is bounded by a range on an indexed time, so its cost follows the page
that is asked for and not the size of the store; servers that do not push limits down look through
a window that is about as wide as the page. What is asked for are times and ids: the content is
fetched for the page alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest
from itertools import islice
from typing import TypeAlias, TypeVar

from telecom_privacy.clock import CLOCK_TOLERANCE

TICK = timedelta(milliseconds=1)
"""The precision of every stored time."""

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
"""Where a range of times begins: one that is open looks, in the embedded database, through every
document that lacks the field."""

UNBOUNDED = timedelta.max / 4
"""The `widest` of `page_newest_first` where empty time costs nothing to look through."""

FIRST_WINDOW = timedelta(hours=1)
FIRST_WINDOW_OF_A_NUMBER = timedelta(days=1)
"""The `first` of `page_newest_first`: more where an index finds the records of one person."""

_NARROWEST = timedelta(minutes=1)
_WIDEST = timedelta(days=32)
_ACROSS_EMPTY_TIME = 8
_SMALLEST_CHUNK = 100
_ALL = 0

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Window:
    """Times `[start, end)` within one calendar month (UTC, `YYYY-MM`)."""

    month: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a page ended: the time and id of its last item, in this order."""

    at: datetime
    id: bytes


Fetch: TypeAlias = Callable[[Window, int], Sequence[Item]]
"""Returns the newest items of a window, newest first, at most so many of them (0: all)."""


def month_of(moment: datetime) -> str:
    """The calendar month (UTC, `YYYY-MM`) of a moment."""
    moment = moment.astimezone(UTC)
    return f"{moment.year:04}-{moment.month:02}"  # strftime does not pad years everywhere


def month_window(month: str) -> Window:
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    end = (start + timedelta(days=32)).replace(day=1)
    return Window(month, start, end)


def months_between(first: date, last: datetime) -> Iterator[str]:
    """Yield the months (`YYYY-MM`) from that of a day to that of a moment, both included."""
    month = f"{first.year:04}-{first.month:02}"
    while month <= month_of(last):
        yield month
        month = month_of(month_window(month).end)


def windows_within(
    months: Iterable[str], start: datetime | None, end: datetime | None
) -> Iterator[Window]:
    """The parts of `months` inside `[start, end)`, newest first."""
    for month in sorted(months, reverse=True):
        whole = month_window(month)
        low = max(whole.start, start) if start else whole.start
        high = min(whole.end, end) if end else whole.end
        if low < high:
            yield Window(month, low, high)


def whole_window(start: datetime | None, end: datetime) -> Window:
    """All from `start`, or from the beginning, up to `end`: for queries that need no month."""
    return Window("", min(start or EARLIEST, end), end)


def page_end(now: datetime, end: datetime | None, after: Position | None) -> datetime:
    """The moment before which the items of a page lie, the newest first.

    `end` is where the query ends, `after` where the page before ended: its moment may hold more.
    """
    bounds = (now + CLOCK_TOLERANCE + TICK, end, after.at + TICK if after else None)
    return min(bound for bound in bounds if bound)


def cut(
    found: list[Item], limit: int, position: Callable[[Item], Position]
) -> tuple[list[Item], Position | None]:
    """Return the page of `found`, of which one more than `limit` was asked for, and where it ended.

    That is None on the last page.
    """
    return found[:limit], position(found[limit - 1]) if len(found) > limit else None


def page_least_first(
    items: Iterable[Item],
    position: Callable[[Item], Position],
    after: Position | None,
    limit: int,
) -> tuple[list[Item], Position | None]:
    """Return a page of what is in no order, the least position first, and where it ended.

    Looks at every item and keeps a page of them: for what is few at any time.
    """
    later = (item for item in items if after is None or position(item) > after)
    return cut(nsmallest(limit + 1, later, key=position), limit, position)


def each_page(
    fetch: Callable[[Position | None, int], list[Item]],
    position: Callable[[Item], Position],
    size: int,
    after: Position | None = None,
) -> Iterator[list[Item]]:
    """Yield page after page of what `fetch` returns after a position, at most so many of it."""
    page, after = cut(fetch(after, size + 1), size, position)
    yield page
    while after:
        page, after = cut(fetch(after, size + 1), size, position)
        yield page


def page_oldest_first(
    items: Iterable[Item],
    position: Callable[[Item], Position],
    after: Position | None,
    limit: int,
) -> tuple[list[Item], Position | None]:
    """Return a page of a list that is short enough to be read whole, and where the next goes on.

    That is None on the last page, a full one too.
    """
    found = [item for item in items if after is None or after < position(item)]
    found.sort(key=position)
    return cut(found, limit, position)


def page_newest_first(
    windows: Iterable[Window],
    fetch: Fetch[Item],
    keep: Callable[[list[Item]], list[Item]],
    position: Callable[[Item], Position],
    after: Position | None,
    limit: int,
    widest: timedelta = _WIDEST,
    first: timedelta = FIRST_WINDOW,
) -> list[Item]:
    """Return up to `limit` items older than `after` that `keep` lets pass, newest first.

    `widest` bounds what is looked through at once; without a bound, empty time costs little.
    `first` is what is looked through at first: much where `fetch` has an index that finds little.
    """
    kept = (
        item
        for chunk in _chunks(windows, fetch, position, max(limit, _SMALLEST_CHUNK), widest, first)
        for item in keep([item for item in chunk if after is None or position(item) < after])
    )
    return list(islice(kept, limit))


def _chunks(
    windows: Iterable[Window],
    fetch: Fetch[Item],
    position: Callable[[Item], Position],
    most: int,
    widest: timedelta,
    width: timedelta,
) -> Iterator[list[Item]]:
    """Yield the items of all windows, some at a time, newest first.

    What is asked for grows while it brings too little and shrinks when it brings too much, so that
    little more is looked through than fills a page.
    """
    for window in windows:
        end = window.end
        while end > window.start:
            start = end - min(width, end - window.start)  # never before the first of all days
            items, end = _chunk(Window(window.month, start, end), fetch, position, most)
            yield sorted(items, key=position, reverse=True)
            wider = (2 if items else _ACROSS_EMPTY_TIME) * width
            width = min(wider, widest) if end == start else max(width / 2, _NARROWEST)


def _chunk(
    window: Window, fetch: Fetch[Item], position: Callable[[Item], Position], most: int
) -> tuple[list[Item], datetime]:
    """Fetch the newest items of a window, and say since when they are complete."""
    items = list(fetch(window, most))
    if len(items) < most:
        return items, window.start
    last = position(items[-1]).at
    # Its moment may hold more, and a page must get past them.
    moment = fetch(Window(window.month, last, last + TICK), _ALL)
    return [item for item in items if position(item).at > last] + list(moment), last
