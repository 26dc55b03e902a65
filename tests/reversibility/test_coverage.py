"""What was sent in pieces is whole when no byte is missing."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.reversibility.coverage import covers, joined

_LENGTH = 12
_ends = st.integers(0, _LENGTH - 1)
_ranges = st.tuples(_ends, _ends).map(lambda ends: (min(ends), max(ends)))


@given(st.lists(_ranges, max_size=8))
def test_it_is_whole_when_each_byte_lies_in_a_piece(ranges: list[tuple[int, int]]) -> None:
    sent = {byte for first, last in ranges for byte in range(first, last + 1)}
    assert covers(ranges, _LENGTH) is (sent == set(range(_LENGTH)))


@given(st.lists(_ranges, max_size=8))
def test_pieces_are_joined_without_losing_or_adding_a_byte(ranges: list[tuple[int, int]]) -> None:
    pieces = joined(ranges, most=100)
    assert _bytes(pieces) == _bytes(ranges)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(pieces))


def test_of_too_many_pieces_the_longest_stay() -> None:
    assert joined([(0, 0), (2, 2), (4, 9), (11, 12)], most=2) == [(4, 9), (11, 12)]


def _bytes(ranges: list[tuple[int, int]]) -> set[int]:
    return {byte for first, last in ranges for byte in range(first, last + 1)}
