"""Whether a package that was sent in pieces was sent as a whole."""

from collections.abc import Iterable

Range = tuple[int, int]
"""The first and last byte of a piece, both included."""


def covers(ranges: Iterable[Range], length: int) -> bool:
    """Tell whether pieces, in any order and perhaps overlapping, hold every byte."""
    missing = 0
    for first, last in sorted(ranges):
        if first > missing:
            return False
        missing = max(missing, last + 1)
    return missing >= length
