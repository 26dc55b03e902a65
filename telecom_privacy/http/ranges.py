"""Byte ranges (RFC 9110 section 14), single and multi-part."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from werkzeug.http import parse_range_header

from telecom_privacy.errors import RangeNotSatisfiable

_MOST_RANGES = 16
_EMPTY_SUFFIX = re.compile(r"bytes=\s*-0+\s*")
"""Asks for no byte at all; werkzeug's parser takes it for malformed."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def content_range(self, length: int) -> str:
        return f"bytes {self.first}-{self.last}/{length}"


def requested_ranges(header: str | None, length: int) -> list[ByteRange] | None:
    """Read a Range header. None where it is to be ignored: absent, malformed, or abusive.

    Raises `RangeNotSatisfiable` if no range overlaps the content of `length` bytes.
    """
    if header and _EMPTY_SUFFIX.fullmatch(header):
        raise RangeNotSatisfiable(length)
    parsed = parse_range_header(header) if header else None
    if parsed is None or parsed.units != "bytes":
        return None
    wanted = [_resolved(start, stop, length) for start, stop in parsed.ranges]
    found = [one for one in wanted if one is not None]
    if not found:
        raise RangeNotSatisfiable(length)
    # Many or overlapping ranges make a server work more than the whole content would (RFC 9110
    # section 17.15): such a header is ignored, as it may be.
    if len(found) > _MOST_RANGES or sum(one.size for one in found) > length:
        return None
    return found


def _resolved(start: int, stop: int | None, length: int) -> ByteRange | None:
    first = max(0, length + start) if start < 0 else start
    last = length - 1 if stop is None else min(stop, length) - 1
    return ByteRange(first, last) if first <= last else None


class Multipart:
    """A `multipart/byteranges` answer whose size is known before its first byte."""

    def __init__(self, ranges: list[ByteRange], length: int, media_type: str) -> None:
        self._ranges = ranges
        self._boundary = os.urandom(16).hex()
        self._heads = [
            f"\r\n--{self._boundary}\r\nContent-Type: {media_type}\r\n"
            f"Content-Range: {one.content_range(length)}\r\n\r\n".encode("latin-1")
            for one in ranges
        ]
        self._end = f"\r\n--{self._boundary}--\r\n".encode()

    @property
    def content_type(self) -> str:
        return f"multipart/byteranges; boundary={self._boundary}"

    @property
    def size(self) -> int:
        heads = sum(len(head) for head in self._heads)
        return heads + sum(one.size for one in self._ranges) + len(self._end)

    def body(self, read: Callable[[ByteRange], Iterable[bytes]]) -> Iterator[bytes]:
        for head, one in zip(self._heads, self._ranges, strict=True):
            yield head
            yield from read(one)
        yield self._end
