"""A recording as it is handed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording as the platform announces it. `sha256` is what its `Content-Digest` says."""

    call_id: str
    recording_id: str
    media_type: str
    sha256: bytes | None
