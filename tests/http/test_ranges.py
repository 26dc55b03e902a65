"""Byte ranges (RFC 9110 section 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.errors import RangeNotSatisfiable
from telecom_privacy.http.ranges import ByteRange, Multipart, requested_ranges

LENGTHS = st.integers(1, 10_000)
NUMBERS = st.integers(0, 12_000)


@given(LENGTHS, NUMBERS, NUMBERS)
def test_a_range_is_cut_to_the_content(length: int, first: int, more: int) -> None:
    header = f"bytes={first}-{first + more}"
    if first >= length:
        with pytest.raises(RangeNotSatisfiable) as caught:
            requested_ranges(header, length)
        assert caught.value.length == length
    else:
        last = min(first + more, length - 1)
        assert requested_ranges(header, length) == [ByteRange(first, last)]


@given(LENGTHS, NUMBERS)
def test_an_open_range_goes_to_the_end(length: int, first: int) -> None:
    if first < length:
        expected = [ByteRange(first, length - 1)]
        assert requested_ranges(f"bytes={first}-", length) == expected


@given(LENGTHS, st.integers(1, 12_000))
def test_a_suffix_range_is_the_end(length: int, suffix: int) -> None:
    expected = [ByteRange(max(0, length - suffix), length - 1)]
    assert requested_ranges(f"bytes=-{suffix}", length) == expected


@given(st.text(max_size=40), LENGTHS)
def test_any_header_is_ignored_refused_or_inside_of_the_content(header: str, length: int) -> None:
    for sent in (header, f"bytes={header}"):
        try:
            found = requested_ranges(sent, length)
        except RangeNotSatisfiable:
            continue
        for one in found or ():
            assert 0 <= one.first <= one.last < length


def test_no_header_means_everything() -> None:
    assert requested_ranges(None, 10) is None
    assert requested_ranges("", 10) is None


def test_ranges_outside_are_left_out_if_another_lies_inside() -> None:
    assert requested_ranges("bytes=0-1,20-30", 10) == [ByteRange(0, 1)]


def test_sixteen_ranges_are_served_and_seventeen_ignored() -> None:
    header = ["bytes=" + ",".join(f"{n}-{n}" for n in range(0, 2 * count, 2)) for count in (16, 17)]
    assert len(requested_ranges(header[0], 100) or ()) == 16
    assert requested_ranges(header[1], 100) is None


def test_ranges_that_give_more_than_the_content_are_ignored() -> None:
    assert requested_ranges("bytes=0-9,-9", 10) is None


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_multi_part_answer_has_the_size_that_was_announced(
    content: bytes, data: st.DataObject
) -> None:
    offsets = st.integers(0, len(content) - 1)
    pairs = data.draw(st.lists(st.tuples(offsets, offsets), min_size=2, max_size=5))
    ranges = [ByteRange(min(pair), max(pair)) for pair in pairs]
    parts = Multipart(ranges, len(content), "audio/wav")
    body = b"".join(parts.body(lambda one: [content[one.first : one.last + 1]]))
    assert len(body) == parts.size
    for one in ranges:
        assert one.content_range(len(content)).encode() in body


def test_a_suffix_of_no_bytes_is_unsatisfiable() -> None:
    with pytest.raises(RangeNotSatisfiable):
        requested_ranges("bytes=-0", 100)
