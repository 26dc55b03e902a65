"""Reading a long history page by page, newest first."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.clock import to_milliseconds
from telecom_privacy.storage.paging import (
    TICK,
    Position,
    Window,
    month_of,
    months_between,
    page_newest_first,
    windows_within,
)

MOMENTS = st.datetimes(
    min_value=datetime(2023, 11, 1),  # noqa: DTZ001 - timezones adds it
    max_value=datetime(2024, 4, 1),  # noqa: DTZ001 - timezones adds it
    timezones=st.just(UTC),
).map(to_milliseconds)
FEW_MOMENTS = st.sampled_from(
    [datetime(2024, month, day, tzinfo=UTC) for month in (1, 2, 3) for day in (1, 15, 29)]
)
ITEMS = st.lists(
    st.builds(Position, FEW_MOMENTS | MOMENTS, st.binary(min_size=1, max_size=1)), unique=True
)


@given(ITEMS, st.integers(1, 7), MOMENTS | st.none(), MOMENTS | st.none())
def test_the_pages_join_to_the_sorted_whole(
    items: list[Position],
    limit: int,
    start: datetime | None,
    end: datetime | None,
) -> None:
    whole = [one for one in items if (not start or start <= one.at) and (not end or one.at < end)]
    whole.sort(key=lambda one: (one.at, one.id), reverse=True)
    joined: list[Position] = []
    after = None
    while page := read(items, limit, after, start, end):
        assert len(page) <= limit
        joined += page
        after = page[-1]
    assert joined == whole


@given(MOMENTS, MOMENTS, st.integers(0, 300))
def test_what_is_asked_for_lies_within_one_month_and_within_bounds(
    one: datetime, other: datetime, count: int
) -> None:
    low, high = min(one, other), max(one, other)
    items = [Position(low + n * (high - low) / 400, b"a") for n in range(count)]
    asked: list[Window] = []
    read([one for one in items if one.at < high], 1_000, None, low, high, asked)
    for window in asked:
        assert month_of(window.start) == month_of(window.end - TICK) == window.month
        assert low <= window.start < window.end <= high + TICK


def test_a_full_page_is_read_in_few_narrow_windows_however_long_the_history() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    items = [Position(start + n * timedelta(minutes=1), b"a") for n in range(80_000)]
    asked: list[Window] = []
    page = read(items, 50, None, None, start + timedelta(minutes=60_000), asked)
    assert len(page) == 50
    assert len(asked) <= 4
    assert sum((window.end - window.start for window in asked), timedelta()) < timedelta(hours=4)


def test_an_empty_year_is_passed_in_few_windows() -> None:
    months = [f"2023-{month:02}" for month in range(1, 13)]
    asked: list[Window] = []

    def fetch(window: Window, most: int) -> list[Position]:
        asked.append(window)
        return []

    windows = windows_within(months, None, None)
    assert page_newest_first(windows, fetch, list, lambda one: one, None, 50) == []
    assert len(asked) < 30


def test_more_is_read_until_what_is_kept_fills_a_page() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    items = [Position(start + timedelta(minutes=n), b"a") for n in range(5_000)]

    def keep(found: list[Position]) -> list[Position]:
        return [one for one in found if one.at < start + timedelta(minutes=10)]

    assert read(items, 10, None, None, None, keep=keep) == items[9::-1]


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2024-02-29T23:59:59.999+00:00", "2024-02"),
        ("2024-03-01T00:30:00+01:00", "2024-02"),
        ("2023-12-31T23:30:00-01:00", "2024-01"),
        ("0001-01-01T00:00:00+00:00", "0001-01"),
    ],
)
def test_a_month_is_that_of_the_utc_date(moment: str, month: str) -> None:
    assert month_of(datetime.fromisoformat(moment)) == month


def test_the_first_of_all_months_can_be_read() -> None:
    first = Position(datetime(1, 1, 1, tzinfo=UTC), b"a")
    later = Position(datetime(1, 2, 1, tzinfo=UTC), b"a")
    assert read([first, later], 5, None, None, None) == [later, first]


def read(
    items: list[Position],
    limit: int,
    after: Position | None,
    start: datetime | None,
    end: datetime | None,
    asked: list[Window] | None = None,
    keep: Callable[[list[Position]], list[Position]] = list,
) -> list[Position]:
    def fetch(window: Window, most: int) -> list[Position]:
        if asked is not None:
            asked.append(window)
        found = [one for one in items if window.start <= one.at < window.end]
        found.sort(key=lambda one: one.at, reverse=True)
        return found[: most or None]

    windows = windows_within({month_of(one.at) for one in items}, start, end)
    return page_newest_first(windows, fetch, keep, lambda one: one, after, limit)


def test_months_between_include_both_ends_and_cross_years() -> None:
    last = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    assert list(months_between(date(2025, 11, 30), last)) == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert list(months_between(date(2026, 3, 1), last)) == []
