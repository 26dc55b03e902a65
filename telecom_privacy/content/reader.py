"""Reading content by range, in constant memory."""

from collections.abc import Iterator
from functools import partial

from telecom_privacy.content.model import OpenedContent, stream_binding
from telecom_privacy.crypto.streaming import decrypt_segments
from telecom_privacy.http.content import Content
from telecom_privacy.storage.segments import SegmentStore


class ContentReader:
    def __init__(self, segments: SegmentStore) -> None:
        self._segments = segments

    def read(self, content: OpenedContent, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes `first` to `last`, both included, reading only their segments.

        Raises `IntegrityError` where a segment is missing or altered.
        """
        for number, plaintext in self._plaintexts(content, first, last):
            start = content.layout.start_of(number)
            yield bytes(plaintext[max(0, first - start) : last + 1 - start])

    def deliverable(self, content: OpenedContent) -> Content:
        """The content as an answer whose bytes are read as they are sent."""
        return Content(
            length=content.length,
            media_type=content.media_type,
            etag=content.sha256.hex(),
            modified_at=content.received_at,
            read=partial(self.read, content),
            sha256=content.sha256,
        )

    def _plaintexts(
        self, content: OpenedContent, first: int, last: int
    ) -> Iterator[tuple[int, bytearray]]:
        layout = content.layout
        numbers = range(layout.segment_of(first), layout.segment_of(last) + 1)
        stored = self._segments.fetch(content.id, numbers[0], numbers[-1])
        binding = stream_binding(content.binding)
        opened = decrypt_segments(
            content.key, binding, layout, content.header, zip(numbers, stored, strict=True)
        )
        return zip(numbers, opened, strict=True)
