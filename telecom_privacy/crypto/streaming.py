"""The public Tink format AES-GCM-HKDF streaming (AES-256, HKDF-SHA256), by segments.

Stream: `0x28 | salt (32) | nonce prefix (7) | segment 0 | segment 1 | …`. Each segment is
`ciphertext | tag (16)` of at most `segment_bytes`; the first is shorter by the 40-byte header.
Segment key = HKDF(record key, salt, info = associated data); nonce = prefix | u32 segment number |
1 if last else 0. Google Tink reads what this writes, and the reverse.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import IntegrityError

SMALL_SEGMENT = 64 * 1024
LARGE_SEGMENT = 256 * 1024
_SALT_BYTES = 32
_PREFIX_BYTES = 7
HEADER_BYTES = 1 + _SALT_BYTES + _PREFIX_BYTES
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """How `length` bytes of plaintext lie in segments of `segment_bytes` ciphertext bytes."""

    length: int
    segment_bytes: int

    @property
    def _plain_bytes(self) -> int:
        return self.segment_bytes - _TAG_BYTES

    @property
    def count(self) -> int:
        """Number of segments; an empty plaintext has one."""
        return max(1, -(-(self.length + HEADER_BYTES) // self._plain_bytes))

    def segment_of(self, offset: int) -> int:
        """The segment in which the plaintext byte at `offset` lies."""
        return (offset + HEADER_BYTES) // self._plain_bytes

    def start_of(self, segment: int) -> int:
        """The plaintext offset at which `segment` starts."""
        return max(0, segment * self._plain_bytes - HEADER_BYTES)

    def size_of(self, segment: int) -> int:
        """The plaintext bytes that `segment` holds."""
        return min(self.start_of(segment + 1), self.length) - self.start_of(segment)


def segment_size_for(length_seen: int) -> int:
    """64 KiB segments below 256 KiB of content, else 256 KiB (DESIGN §3)."""
    return SMALL_SEGMENT if length_seen < LARGE_SEGMENT else LARGE_SEGMENT


class _SegmentCipher:
    """Encrypts and decrypts the numbered segments of one stream."""

    def __init__(self, key: bytes, header: bytes, binding: Binding) -> None:
        if len(header) != HEADER_BYTES or header[0] != HEADER_BYTES:
            raise IntegrityError("a stored stream does not start with its header")
        salt, self._prefix = header[1 : 1 + _SALT_BYTES], header[1 + _SALT_BYTES :]
        derived = HKDF(SHA256(), 32, salt=salt, info=binding.encode()).derive(key)
        self._aead = AESGCM(derived)

    def encrypt(self, number: int, plaintext: memoryview, last: bool) -> bytes:
        return self._aead.encrypt(self._nonce(number, last), plaintext, None)

    def decrypt(self, number: int, sealed: bytes, last: bool) -> bytearray:
        plaintext = bytearray(max(0, len(sealed) - _TAG_BYTES))
        try:
            self._aead.decrypt_into(self._nonce(number, last), sealed, None, plaintext)
        except (InvalidTag, ValueError) as error:
            raise IntegrityError("a segment of the content does not authenticate") from error
        return plaintext

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


class StreamEncryptor:
    """Encrypts a stream that is pushed piece by piece; `header` stands in front of segment 0.

    One segment is held back until it is known whether another follows: the last is marked. It is
    gathered in a buffer that is never moved or allocated anew: copies would cost as much as the
    encryption.
    """

    def __init__(self, key: bytes, binding: Binding, segment_bytes: int) -> None:
        self.header = bytes([HEADER_BYTES]) + os.urandom(_SALT_BYTES + _PREFIX_BYTES)
        self._cipher = _SegmentCipher(key, self.header, binding)
        self._held = memoryview(bytearray(segment_bytes - _TAG_BYTES))
        self._room = len(self._held) - HEADER_BYTES
        self._filled, self._number = 0, 0

    def update(self, piece: bytes) -> Iterator[bytes]:
        """Yield the segments that are full and are followed by more."""
        rest = memoryview(piece)
        while len(rest) > (free := self._room - self._filled):
            self._hold(rest[:free])
            rest = rest[free:]
            yield self._sealed(last=False)
        self._hold(rest)

    def finish(self) -> bytes:
        """Return the last segment."""
        return self._sealed(last=True)

    def _hold(self, part: memoryview) -> None:
        end = self._filled + len(part)
        self._held[self._filled : end] = part
        self._filled = end

    def _sealed(self, last: bool) -> bytes:
        sealed = self._cipher.encrypt(self._number, self._held[: self._filled], last)
        first, self._room = self._number == 0, len(self._held)
        self._filled, self._number = 0, self._number + 1
        return self.header + sealed if first else sealed


def encrypt_segments(
    key: bytes, binding: Binding, pieces: Iterable[bytes], segment_bytes: int
) -> Iterator[bytes]:
    """Yield the stream's segments, the header in front of the first, as `pieces` arrive."""
    encryptor = StreamEncryptor(key, binding, segment_bytes)
    for piece in pieces:
        yield from encryptor.update(piece)
    yield encryptor.finish()


def decrypt_segments(
    key: bytes,
    binding: Binding,
    layout: Layout,
    header: bytes,
    numbered: Iterable[tuple[int, bytes]],
) -> Iterator[bytearray]:
    """Yield the plaintext of numbered segments (segment 0 with its header in front).

    `layout` comes from the record's own sealed metadata: a stream cut at a segment boundary
    is noticed even by a read from its middle. Raises `IntegrityError`.
    """
    cipher = _SegmentCipher(key, header, binding)
    for number, stored in numbered:
        sealed = stored if number else stored[HEADER_BYTES:]
        plaintext = cipher.decrypt(number, sealed, last=number == layout.count - 1)
        if len(plaintext) != layout.size_of(number):
            raise IntegrityError("a segment of the content has the wrong size")
        yield plaintext
