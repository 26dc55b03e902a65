"""The texts of a bag (BagIt 1.0, RFC 8493): pure, one line at a time where there are many."""

from collections.abc import Iterable

DECLARATION_FILE = "bagit.txt"
INFO_FILE = "bag-info.txt"
MANIFEST_FILE = "manifest-sha256.txt"
TAG_MANIFEST_FILE = "tagmanifest-sha256.txt"
PAYLOAD_FOLDER = "data/"

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""The content of `bagit.txt` (section 2.1.1)."""

PAYLOAD_OXUM = "Payload-Oxum"

_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_ESCAPED = str.maketrans(_ESCAPES)


def manifest_line(sha256: bytes, path: str) -> bytes:
    """Return a line of the manifest or tag manifest; `path` is relative to the bag's folder.

    Line ends and per cent signs of a path are percent-encoded (section 2.1.3). `sha256sum -c`
    reads the lines of all other paths.
    """
    return f"{sha256.hex()}  {path.translate(_ESCAPED)}\n".encode()


def info_text(elements: Iterable[tuple[str, str]]) -> bytes:
    """Return the content of `bag-info.txt`; white space inside a value becomes one space."""
    lines = (f"{label}: {' '.join(value.split())}\n" for label, value in elements)
    return "".join(lines).encode()


def payload_oxum(octets: int, files: int) -> str:
    """Return the value of `Payload-Oxum`: the size and number of the files below `data/`."""
    return f"{octets}.{files}"
