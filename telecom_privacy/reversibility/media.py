"""How files are named for what they hold."""

from collections.abc import Mapping

from telecom_privacy.calls.model import OpenedRecording
from telecom_privacy.records.model import StoredRecord

EXTENSIONS: Mapping[str, str] = {
    "application/json": ".json",
    "application/pdf": ".pdf",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/basic": ".au",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/vnd.wave": ".wav",
    "audio/wav": ".wav",
    "audio/webm": ".webm",
    "audio/x-wav": ".wav",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
    "video/mp4": ".mp4",
}
"""A list of our own: those of machines differ, and packages must not."""

_UNKNOWN = ".bin"


def extension_of(media_type: str) -> str:
    """Return the extension, with its dot, of a media type; its parameters do not matter."""
    return EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), _UNKNOWN)


def recording_path(recording: OpenedRecording) -> str:
    """Where the audio of a recording lies in a package: its name is a random id."""
    extension = extension_of(recording.metadata["media_type"])
    return f"data/recordings/{recording.stored.record_id}{extension}"


def content_path(record: StoredRecord, media_type: str) -> str:
    """Where the binary content of a record lies in a package."""
    return f"data/content/{record.category}/{record.record_id}{extension_of(media_type)}"
