"""How files are named for what they hold."""

from collections.abc import Mapping

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
