"""What is known of a recording besides its audio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telecom_privacy.calls.model import StoredCall, StoredRecording
from telecom_privacy.crypto.streaming import Layout


@dataclass(frozen=True, slots=True)
class Recording:
    """An opened recording. `metadata` is what is sealed with it:

    `{id, media_type, bytes, sha256, crc32, segment_bytes, header, received_at, receipt}`.
    """

    call: StoredCall
    stored: StoredRecording
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


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording as the platform announces it. `sha256` is what its `Content-Digest` says."""

    call_id: str
    recording_id: str
    media_type: str
    sha256: bytes | None
