"""Packages that are stored nowhere: rendered once to know lengths and hashes, once to be sent.

What changes in between breaks the sending off, so nobody ever gets a package that is not whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from telecom_privacy.archive.bag import (
    DECLARATION,
    DECLARATION_FILE,
    INFO_FILE,
    MANIFEST_FILE,
    PAYLOAD_OXUM,
    SIGNATURE_FILE,
    TAG_MANIFEST_FILE,
    info_text,
    manifest_line,
    payload_oxum,
)
from telecom_privacy.archive.layout import END_BYTES, directory_entry, end_records, local_header
from telecom_privacy.archive.measure import Measure
from telecom_privacy.archive.model import Member
from telecom_privacy.errors import Gone

Pieces = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class File:
    """A file by its path below the bag's folder, what its bytes are, and how to render them.

    `length` is in bytes, `sha256` in hexadecimal digits.
    """

    path: str
    length: int
    sha256: str
    crc32: int
    pieces: Pieces = field(repr=False)

    def read(self) -> Iterator[bytes]:
        """Yield its bytes. Breaks off with `Gone` where they are not what was measured."""
        measure = Measure()
        for piece in self.pieces():
            measure.take(piece)
            if measure.length > self.length:
                break
            yield piece
        if (measure.length, measure.sha256) != (self.length, self.sha256):
            raise Gone("what the package holds changed meanwhile; ask again")


def measured(path: str, pieces: Pieces) -> File:
    """Render a file to know what it will be."""
    measure = Measure()
    for piece in pieces():
        measure.take(piece)
    return File(path, measure.length, measure.sha256, measure.crc32, pieces)


def literal(path: str, content: bytes) -> File:
    """Return a small file, which is kept in memory."""
    return measured(path, partial(iter, (content,)))


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP of known length; `folder` is the one folder in it.

    `files` are the same in the same order whenever they are gone through: as many as there are.
    """

    folder: str
    modified_at: datetime
    files: Iterable[File]

    @property
    def length(self) -> int:
        found = END_BYTES
        for offset, member, _ in self._members():
            found += len(local_header(member, self.modified_at)) + member.length
            found += len(directory_entry(member, offset, self.modified_at))
        return found

    def read(self) -> Iterator[bytes]:
        """Yield its bytes. Breaks off with `Gone` where a file changed since it was measured."""
        end = 0
        for offset, member, file in self._members():
            header = local_header(member, self.modified_at)
            yield header
            yield from file.read()
            end = offset + len(header) + member.length
        count = length = 0
        for offset, member, _ in self._members():
            entry = directory_entry(member, offset, self.modified_at)
            yield entry
            count, length = count + 1, length + len(entry)
        yield end_records(count, end, length)

    def _members(self) -> Iterator[tuple[int, Member, File]]:
        offset = 0
        for file in self.files:
            member = Member(f"{self.folder}/{file.path}", file.length, file.crc32)
            yield offset, member, file
            offset += len(local_header(member, self.modified_at)) + file.length


def tag_files(payload: Iterable[File], info: Iterable[tuple[str, str]]) -> tuple[File, ...]:
    """Return what makes a bag of the files below `data/`, the tag manifest last.

    `info` are the elements of `bag-info.txt`; `Payload-Oxum` is added. The payload is gone through
    several times, as the `files` of an `Archive`.
    """
    counting = _Counting(payload)
    manifest = measured(MANIFEST_FILE, partial(_manifest, counting))
    oxum = payload_oxum(counting.octets, counting.count)
    tags = (
        literal(DECLARATION_FILE, DECLARATION),
        literal(INFO_FILE, info_text([*info, (PAYLOAD_OXUM, oxum)])),
        replace(manifest, pieces=partial(_manifest, payload)),
    )
    return (*tags, literal(TAG_MANIFEST_FILE, b"".join(_manifest(tags))))


class _Counting:
    """Files that are counted, with their bytes, as they are gone through."""

    def __init__(self, files: Iterable[File]) -> None:
        self._files = files
        self.octets = self.count = 0

    def __iter__(self) -> Iterator[File]:
        for file in self._files:
            self.octets, self.count = self.octets + file.length, self.count + 1
            yield file


def signature_over(tag_manifest: File, sign: Callable[[bytes], bytes]) -> File:
    """Return the file of the signature that `sign` makes: detached CMS, DER."""
    return literal(SIGNATURE_FILE, sign(b"".join(tag_manifest.read())))


def _manifest(files: Iterable[File]) -> Iterator[bytes]:
    return (manifest_line(bytes.fromhex(one.sha256), one.path) for one in files)
