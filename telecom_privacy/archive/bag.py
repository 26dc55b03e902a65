"""The texts of a bag (BagIt 1.0, RFC 8493): pure, one line at a time where there are many."""

import re
from collections.abc import Iterable, Iterator

from telecom_privacy.errors import IntegrityError

DECLARATION_FILE = "bagit.txt"
INFO_FILE = "bag-info.txt"
MANIFEST_FILE = "manifest-sha256.txt"
TAG_MANIFEST_FILE = "tagmanifest-sha256.txt"
SIGNATURE_FILE = "tagmanifest-sha256.txt.p7s"
STAMP_FILE = "tagmanifest-sha256.txt.tsr"
PAYLOAD_FOLDER = "data/"

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""The content of `bagit.txt` (section 2.1.1)."""

PAYLOAD_OXUM = "Payload-Oxum"

_LONGEST_LINE = 65_536
_ESCAPED = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_UNESCAPED = {"%25": "%", "%0D": "\r", "%0A": "\n"}
_ESCAPE = re.compile("|".join(_UNESCAPED))


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


def parse_manifest_line(line: bytes) -> tuple[bytes, str]:
    """Return hash and path of a line that `manifest_line` made. Raises `IntegrityError`."""
    try:
        digest, path = line.decode().removesuffix("\n").split("  ", 1)
        sha256 = bytes.fromhex(digest)
    except ValueError as error:
        raise IntegrityError("a line of a manifest is malformed") from error
    path = _ESCAPE.sub(lambda found: _UNESCAPED[found[0]], path)
    if len(sha256) != 32 or manifest_line(sha256, path) != line:
        raise IntegrityError("a line of a manifest is malformed")
    return sha256, path


def parse_info(text: bytes) -> dict[str, str]:
    """Return the elements of a text that `info_text` made. Raises `IntegrityError`."""
    try:
        lines = text.decode().removesuffix("\n").split("\n")
    except ValueError as error:
        raise IntegrityError(f"{INFO_FILE}: not a text in UTF-8") from error
    elements = [line.partition(": ") for line in lines]
    return {label: value for label, _, value in elements}


def lines_of(pieces: Iterable[bytes], longest: int = _LONGEST_LINE) -> Iterator[bytes]:
    """Yield each line with its end.

    Raises `IntegrityError` for one that goes on for more than `longest` bytes, and then some.
    """
    rest = b""
    for piece in pieces:
        *complete, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in complete)
        if len(rest) > longest:
            raise IntegrityError("a line is too long")
    if rest:
        yield rest
