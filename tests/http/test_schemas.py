"""Times are those of RFC 3339, not all that Python reads."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from telecom_privacy.clock import to_milliseconds
from telecom_privacy.http.schemas import Moment

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(timezones=OFFSETS).filter(lambda moment: 1 < moment.year < 9999)


@given(TIMES)
def test_every_time_with_an_offset_is_read(moment: datetime) -> None:
    assert Moment().deserialize(moment.isoformat()) == to_milliseconds(moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05z",
        "2026-01-02T03:04:05.000000000Z",
        "2026-01-02T03:04:05.0Z",
        "2026-01-02T04:04:05+01:00",
        "2026-01-02T04:04:05 01:00",
        "2026-01-01T22:34:05-04:30",
    ],
)
def test_the_grammar_of_rfc_3339_is_taken(text: str) -> None:
    assert Moment().deserialize(text) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "20260102T030405Z",
        "2026-W01-5T03:04:05Z",
        "2026-01-02T03:04:05,5Z",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:05",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05+0100",
        "2026-01-02T03:04:05+01",
        "2026-01-02T03:04:05+01:00:30",
        "2026-01-02T24:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-02T03:04:05Z\n",
        "\uff12026-01-02T03:04:05Z",
        "0001-01-01T00:00:00+14:00",
        "",
        20260102,
        None,
    ],
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Moment().deserialize(value)
