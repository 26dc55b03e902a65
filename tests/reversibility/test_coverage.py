"""What was sent in pieces is whole when no byte is missing."""

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.reversibility.coverage import covers

_LENGTH = 12
_ends = st.integers(0, _LENGTH - 1)
_ranges = st.tuples(_ends, _ends).map(lambda ends: (min(ends), max(ends)))


@given(st.lists(_ranges, max_size=8))
def test_it_is_whole_when_each_byte_lies_in_a_piece(ranges: list[tuple[int, int]]) -> None:
    sent = {byte for first, last in ranges for byte in range(first, last + 1)}
    assert covers(ranges, _LENGTH) is (sent == set(range(_LENGTH)))
