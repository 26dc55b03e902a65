"""Reading a long history newest first, in windows of time.

Every query is bounded by a range on an indexed time, so its cost follows the page that is asked
for and not the size of the store, on servers that do not push limits down too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

_FIRST_WINDOW = timedelta(days=1)
_WIDEST_WINDOW = timedelta(days=32)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Window:
    """Times `[start, end)` within one calendar month (UTC, `YYYY-MM`)."""

    month: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the time and id of its last item."""

    at: datetime
    id: bytes


def month_of(moment: datetime) -> str:
    """The calendar month (UTC, `YYYY-MM`) of a moment."""
    moment = moment.astimezone(UTC)
    return f"{moment.year:04}-{moment.month:02}"  # strftime does not pad years everywhere


def month_window(month: str) -> Window:
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    end = (start + timedelta(days=32)).replace(day=1)
    return Window(month, start, end)


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


def narrowed(windows: Iterable[Window]) -> Iterator[Window]:
    """Cut windows so that the first is a day and each further one twice as long as the last."""
    width = _FIRST_WINDOW
    for window in windows:
        end = window.end
        while end > window.start:
            start = end - min(width, end - window.start)  # never before the first of all days
            yield Window(window.month, start, end)
            end, width = start, min(2 * width, _WIDEST_WINDOW)


def page_newest_first(
    windows: Iterable[Window],
    fetch: Callable[[Window], Sequence[Item]],
    position: Callable[[Item], Position],
    after: Position | None,
    limit: int,
) -> list[Item]:
    """Return up to `limit` items older than `after`; `fetch` may return a window in any order."""
    found: list[Item] = []
    for window in windows:
        items = [item for item in fetch(window) if after is None or _older(position(item), after)]
        found += sorted(items, key=lambda i: (position(i).at, position(i).id), reverse=True)
        if len(found) >= limit:
            break
    return found[:limit]


def _older(one: Position, other: Position) -> bool:
    return (one.at, one.id) < (other.at, other.id)
