"""The opaque `next` of a list."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.clock import to_milliseconds
from telecom_privacy.errors import Invalid
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.storage.paging import Position

MOMENTS = st.datetimes(
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - timezones adds it
    timezones=st.just(UTC),
)
IDS = st.binary(min_size=1, max_size=32)


@given(MOMENTS, IDS)
def test_a_position_comes_back_to_the_millisecond(moment: datetime, record_id: bytes) -> None:
    cursor = encode_cursor(Position(moment, record_id))
    assert decode_cursor(cursor) == Position(to_milliseconds(moment), record_id)
    assert cursor.isascii()
    assert not set(cursor) & set("=+/ &%")


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor(None) is None


@pytest.mark.parametrize("cursor", ["", "!", "A", "AAAA", "é", "AAAAAAAAAAA", "f" * 30])
def test_what_was_never_handed_out_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(cursor)


@given(st.binary(max_size=40))
def test_any_bytes_give_a_position_or_are_refused(raw: bytes) -> None:
    cursor = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    try:
        position = decode_cursor(cursor)
    except Invalid:
        return
    assert position is not None
    assert encode_cursor(position) == cursor
