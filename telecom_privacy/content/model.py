"""What is known of binary content besides its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.streaming import Layout


@dataclass(frozen=True, slots=True)
class OpenedContent:
    """Content whose key and metadata are open; its bytes are read by range.

    `id` names its segments, `binding` is the place of the metadata. What is sealed there is at
    least `{media_type, bytes, sha256, crc32, segment_bytes, header, received_at, receipt}`.
    """

    id: UUID
    binding: Binding
    key: bytes = field(repr=False)
    metadata: Mapping[str, Any] = field(repr=False)

    @property
    def length(self) -> int:
        return int(self.metadata["bytes"])

    @property
    def media_type(self) -> str:
        return str(self.metadata["media_type"])

    @property
    def sha256(self) -> bytes:
        return bytes.fromhex(self.metadata["sha256"])

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(self.metadata["received_at"])

    @property
    def header(self) -> bytes:
        """The ciphertext stream's header, which starts its segment 0, too."""
        return bytes.fromhex(self.metadata["header"])

    @property
    def layout(self) -> Layout:
        return Layout(self.length, int(self.metadata["segment_bytes"]))


def stream_binding(binding: Binding) -> Binding:
    """The place of the bytes themselves, beside the metadata sealed under the same key."""
    return replace(binding, kind="content")
