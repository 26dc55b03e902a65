"""Whether a package that was sent in pieces was sent as a whole."""

from collections.abc import Iterable

Range = tuple[int, int]
"""The first and last byte of a piece, both included."""


def joined(ranges: Iterable[Range], most: int) -> list[Range]:
    """The same bytes in as few pieces as there can be, in order; of too many the longest `most`."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    longest = sorted(found, key=lambda piece: piece[1] - piece[0], reverse=True)
    return sorted(longest[:most])


def covers(ranges: Iterable[Range], length: int) -> bool:
    """Tell whether pieces, in any order and perhaps overlapping, hold every byte."""
    missing = 0
    for first, last in sorted(ranges):
        if first > missing:
            return False
        missing = max(missing, last + 1)
    return missing >= length
