"""Rendered files under the package's own key: pushed, encrypted, never in clear on a disk."""

from uuid import UUID

from telecom_privacy.content.model import stream_binding
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.streaming import SMALL_SEGMENT, StreamEncryptor
from telecom_privacy.reversibility.model import Stream
from telecom_privacy.storage.segments import SegmentStore

_SEGMENTS_PER_INSERT = 8


class SealedStream:
    """One ciphertext stream (docs/formats.md section 7) that grows as it is written to."""

    def __init__(self, segments: SegmentStore, content: UUID, key: bytes, binding: Binding) -> None:
        self._segments = segments
        self._content = content
        self._encryptor = StreamEncryptor(key, stream_binding(binding), SMALL_SEGMENT)
        self._full: list[bytes] = []
        self._stored = 0
        self.length = 0

    def write(self, data: bytes) -> None:
        self.length += len(data)
        self._full += self._encryptor.update(data)
        if len(self._full) >= _SEGMENTS_PER_INSERT:
            self._store()

    def close(self) -> Stream:
        self._full.append(self._encryptor.finish())
        self._store()
        return Stream(self._content, self._encryptor.header, SMALL_SEGMENT, self.length)

    def _store(self) -> None:
        self._segments.insert(self._content, self._stored, self._full)
        self._stored += len(self._full)
        self._full = []
