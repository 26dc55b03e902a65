"""Recordings of any length that nobody made: every block is told from all others by its number."""

import os
from collections.abc import Iterator

_BLOCK = 1024 * 1024
_NUMBER_BYTES = 8


class InventedAudio:
    """So many bytes, never all of them in memory."""

    def __init__(self, length: int) -> None:
        self.length = length
        self._noise = os.urandom(_BLOCK - _NUMBER_BYTES)

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield all bytes, `size` at a time."""
        for first in range(0, self.length, size):
            yield self.part(first, min(first + size, self.length) - 1)

    def part(self, first: int, last: int) -> bytes:
        """The bytes `first` to `last`, both included."""
        start, stop = first // _BLOCK, last // _BLOCK
        blocks = b"".join(self._block(number) for number in range(start, stop + 1))
        return blocks[first - start * _BLOCK : last + 1 - start * _BLOCK]

    def _block(self, number: int) -> bytes:
        return number.to_bytes(_NUMBER_BYTES, "big") + self._noise
