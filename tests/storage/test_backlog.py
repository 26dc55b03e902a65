"""Reading what is due oldest first: at once, or in windows where that is too much."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.clock import to_milliseconds
from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.backlog import oldest_first
from telecom_privacy.storage.paging import EARLIEST, TICK, month_of

START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(
    min_value=datetime(2023, 11, 1),  # noqa: DTZ001 - timezones adds it
    max_value=datetime(2024, 2, 1),  # noqa: DTZ001 - timezones adds it
    timezones=st.just(UTC),
).map(to_milliseconds)


class Store:
    """Moments, of which a query finds at most `most`: else it is not answered in time."""

    def __init__(self, moments: list[datetime], most: int) -> None:
        self.moments = sorted(moments)
        self.most = most
        self.asked: list[tuple[datetime, datetime]] = []
        self.asked_for_months = False

    def fetch(self, start: datetime, end: datetime) -> Iterator[datetime]:
        self.asked.append((start, end))
        found = [one for one in self.moments if start <= one < end]
        if len(found) > self.most:
            raise Unavailable("not in time")
        yield from found

    def months(self) -> list[str]:
        self.asked_for_months = True
        return sorted({month_of(one) for one in self.moments})


@given(st.lists(MOMENTS), MOMENTS)
def test_what_a_server_answers_in_time_is_not_split(
    moments: list[datetime], until: datetime
) -> None:
    store = Store(moments, len(moments))
    found = list(oldest_first(store.fetch, store.months, until))
    assert found == [one for one in store.moments if one <= until]
    assert store.asked == [(EARLIEST, until + TICK)] * (2 if found else 1)
    assert not store.asked_for_months


@given(st.lists(MOMENTS, min_size=5, unique_by=lambda one: one.date()), MOMENTS)
def test_windows_find_all_once_and_oldest_first(moments: list[datetime], until: datetime) -> None:
    store = Store(moments, 4)
    found = list(oldest_first(store.fetch, store.months, until))
    assert found == [one for one in store.moments if one <= until]


@given(st.lists(MOMENTS, min_size=1, max_size=3), MOMENTS)
def test_windows_leave_no_time_out_whatever_months_are_known(
    moments: list[datetime], until: datetime
) -> None:
    store = Store(moments, 0)

    def fetch(start: datetime, end: datetime) -> Iterator[datetime]:
        store.most = 3 if store.asked else -1
        return store.fetch(start, end)

    found = list(oldest_first(fetch, lambda: ["2023-12"], until))
    assert found == [one for one in store.moments if one <= until]
    joined = store.asked[1:]
    assert joined[0][0] == EARLIEST
    assert joined[-1][1] == until + TICK
    assert all(one[1] == other[0] for one, other in pairwise(joined))


def test_windows_are_narrower_where_much_lies() -> None:
    store = Store([START + n * timedelta(milliseconds=200) for n in range(40_000)], 20_000)
    found = oldest_first(store.fetch, store.months, START + timedelta(days=1))
    assert list(found) == store.moments
    widths = [end - start for start, end in store.asked[2:]]
    assert widths[0] == timedelta(hours=1)
    assert timedelta(minutes=1) <= min(widths) < timedelta(minutes=30)


def test_windows_are_wider_where_little_lies() -> None:
    store = Store([START + timedelta(days=day) for day in range(31)], 30)
    found = oldest_first(store.fetch, store.months, START + timedelta(days=40))
    assert list(found) == store.moments
    assert len(store.asked) < 45
    assert max(end - start for start, end in store.asked[2:-1]) == timedelta(days=1)


def test_a_database_that_is_away_is_told() -> None:
    store = Store([START], 0)
    with pytest.raises(Unavailable):
        list(oldest_first(store.fetch, store.months, START))
