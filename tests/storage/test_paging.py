"""Reading a long history page by page, newest first."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.storage.paging import (
    Position,
    Window,
    month_of,
    month_window,
    narrowed,
    page_newest_first,
    windows_within,
)

MOMENTS = st.datetimes(
    min_value=datetime(2023, 11, 1),  # noqa: DTZ001 - timezones adds it
    max_value=datetime(2024, 4, 1),  # noqa: DTZ001 - timezones adds it
    timezones=st.just(UTC),
)
FEW_MOMENTS = st.sampled_from(
    [datetime(2024, month, day, tzinfo=UTC) for month in (1, 2, 3) for day in (1, 15, 29)]
)
ITEMS = st.lists(
    st.builds(Position, FEW_MOMENTS | MOMENTS, st.binary(min_size=1, max_size=1)), unique=True
)


@given(ITEMS, st.integers(1, 7), st.booleans(), MOMENTS | st.none(), MOMENTS | st.none())
def test_the_pages_join_to_the_sorted_whole(
    items: list[Position],
    limit: int,
    is_narrowed: bool,
    start: datetime | None,
    end: datetime | None,
) -> None:
    whole = [one for one in items if (not start or start <= one.at) and (not end or one.at < end)]
    whole.sort(key=lambda one: (one.at, one.id), reverse=True)
    joined: list[Position] = []
    after = None
    while page := read(items, limit, after, start, end, is_narrowed):
        assert len(page) <= limit
        joined += page
        after = page[-1]
    assert joined == whole


@given(MOMENTS, MOMENTS)
def test_narrowed_windows_cover_the_same_time_in_order(one: datetime, other: datetime) -> None:
    months = [month_of(datetime(2023 + n // 12, n % 12 + 1, 1, tzinfo=UTC)) for n in range(24)]
    windows = list(windows_within(months, min(one, other), max(one, other)))
    cut = list(narrowed(windows))
    assert sum((w.end - w.start for w in cut), timedelta()) == abs(one - other)
    assert all(later.start == earlier.end for later, earlier in pairwise(cut))
    for window in cut:
        assert month_of(window.start) == window.month
        assert month_of(window.end - timedelta(microseconds=1)) == window.month
        assert window.start < window.end


def test_a_page_reads_no_further_than_it_must() -> None:
    asked: list[Window] = []

    def fetch(window: Window) -> list[Position]:
        asked.append(window)
        return [Position(window.start, b"a"), Position(window.start, b"b")]

    windows = narrowed([month_window("2024-03"), month_window("2024-02")])
    assert len(page_newest_first(windows, fetch, lambda one: one, None, 2)) == 2
    assert asked == [
        Window("2024-03", datetime(2024, 3, 31, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
    ]


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


def test_the_first_of_all_months_can_be_narrowed() -> None:
    windows = list(narrowed([month_window("0001-02"), month_window("0001-01")]))
    assert windows[-1].start == datetime(1, 1, 1, tzinfo=UTC)


def read(
    items: list[Position],
    limit: int,
    after: Position | None,
    start: datetime | None,
    end: datetime | None,
    is_narrowed: bool,
) -> list[Position]:
    months = {month_of(one.at) for one in items}
    windows = windows_within(months, start, end)

    def fetch(window: Window) -> list[Position]:
        return [one for one in items if window.start <= one.at < window.end]

    cut = narrowed(windows) if is_narrowed else windows
    return page_newest_first(cut, fetch, lambda one: one, after, limit)
