"""Audio on its way in: hashed once, encrypted segment by segment, in constant memory."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.streaming import (
    HEADER_BYTES,
    LARGE_SEGMENT,
    encrypt_segments,
    segment_size_for,
)
from telecom_privacy.errors import BadRequest
from telecom_privacy.storage.segments import SegmentStore

_SEGMENTS_PER_INSERT = 8


class Measured:
    """Passes pieces on while it takes their length, SHA-256 and CRC-32."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._sha256 = hashlib.sha256()
        self.length = 0
        self.crc32 = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._sha256.update(piece)
            self.crc32 = zlib.crc32(piece, self.crc32)
            self.length += len(piece)
            yield piece

    @property
    def sha256(self) -> bytes:
        return self._sha256.digest()

    def check(self, announced: bytes | None) -> None:
        """Raise `BadRequest` for an empty body or one that differs from its announced SHA-256."""
        if self.length == 0:
            raise BadRequest("the recording is empty")
        if announced is not None and announced != self.sha256:
            raise BadRequest("the body differs from its Content-Digest")


@dataclass(frozen=True, slots=True)
class Stream:
    """How a body was encrypted: what a reader of its middle needs to know."""

    segment_bytes: int
    header: bytes


def store_segments(
    store: SegmentStore, content: UUID, key: bytes, binding: Binding, pieces: Iterable[bytes]
) -> Stream:
    """Encrypt and store a body."""
    head, rest = _head(iter(pieces))
    segment_bytes = segment_size_for(len(head))
    segments = encrypt_segments(key, binding, chain([head], rest), segment_bytes)
    header = b""
    for first, group in _grouped(segments):
        header = header or group[0][:HEADER_BYTES]
        store.insert(content, first, group)
    return Stream(segment_bytes, header)


def _head(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Read as much as decides on the size of the segments."""
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= LARGE_SEGMENT:
            break
    return bytes(head), pieces


def _grouped(segments: Iterator[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    first, group = 0, []
    for segment in segments:
        group.append(segment)
        if len(group) == _SEGMENTS_PER_INSERT:
            yield first, group
            first, group = first + len(group), []
    if group:
        yield first, group
