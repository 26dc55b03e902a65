"""The package for a person: a signed bag of what the operator holds of it as controller.

It is rendered twice and stored nowhere: once to know all lengths and hashes, once to be sent. What
changes in between breaks the download off, so nobody ever gets a package that is not whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from telecom_privacy.archive.bag import (
    DECLARATION,
    DECLARATION_FILE,
    INFO_FILE,
    MANIFEST_FILE,
    PAYLOAD_FOLDER,
    PAYLOAD_OXUM,
    SIGNATURE_FILE,
    TAG_MANIFEST_FILE,
    info_text,
    manifest_line,
    payload_oxum,
)
from telecom_privacy.archive.layout import END_BYTES, directory_entry, end_records, local_header
from telecom_privacy.archive.model import Member
from telecom_privacy.errors import Gone
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.reversibility.streams import Measure
from telecom_privacy.reversibility.writer import WrittenFile

Pieces = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class File:
    """A file, and how to render its bytes."""

    written: WrittenFile
    pieces: Pieces = field(repr=False)


def measured(path: str, pieces: Pieces) -> File:
    """Render a file to know what it will be."""
    measure = Measure()
    for piece in pieces():
        measure.take(piece)
    return File(WrittenFile(path, measure.length, measure.sha256, measure.crc32), pieces)


@dataclass(frozen=True, slots=True)
class PersonPackage:
    """A ZIP of known length; `folder` is the one folder in it."""

    folder: str
    modified_at: datetime
    files: tuple[File, ...]

    @property
    def length(self) -> int:
        found = END_BYTES
        for offset, member, _ in self._members():
            found += len(local_header(member, self.modified_at)) + member.length
            found += len(directory_entry(member, offset, self.modified_at))
        return found

    def read(self) -> Iterator[bytes]:
        """Yield its bytes. Breaks off with `Gone` where what is held changed meanwhile."""
        directory, end = b"", 0
        for offset, member, file in self._members():
            header = local_header(member, self.modified_at)
            yield header
            yield from _checked(file)
            directory += directory_entry(member, offset, self.modified_at)
            end = offset + len(header) + member.length
        yield directory
        yield end_records(len(self.files), end, len(directory))

    def _members(self) -> Iterator[tuple[int, Member, File]]:
        offset = 0
        for file in self.files:
            written = file.written
            member = Member(f"{self.folder}/{written.path}", written.length, written.crc32)
            yield offset, member, file
            offset += len(local_header(member, self.modified_at)) + written.length


class PersonBag:
    """Makes a signed bag of the files of a payload (docs/packages.md)."""

    def __init__(self, signer: PackageSigner, operator: str) -> None:
        self._signer = signer
        self._operator = operator

    def of(self, payload: Iterable[File], request_id: UUID, at: datetime) -> PersonPackage:
        files = list(payload)
        written = [file.written for file in files]
        oxum = payload_oxum(sum(one.length for one in written), len(written))
        info = [
            ("Source-Organization", self._operator),
            ("Bagging-Date", at.date().isoformat()),
            ("External-Identifier", str(request_id)),
            (PAYLOAD_OXUM, oxum),
        ]
        tags = [
            _literal(DECLARATION_FILE, DECLARATION),
            _literal(INFO_FILE, info_text(info)),
            _literal(MANIFEST_FILE, _manifest(written)),
        ]
        listed = _manifest([tag.written for tag in tags])
        signature = _literal(SIGNATURE_FILE, self._signer.sign(listed))
        whole = (*tags, _literal(TAG_MANIFEST_FILE, listed), signature, *files)
        return PersonPackage(str(uuid4()), at, whole)


def data_package(tables: Iterable[tuple[dict[str, object], File]]) -> File:
    """Return the description of the tables (Data Package v2)."""
    resources = [
        {**about, "bytes": file.written.length, "hash": f"sha256:{file.written.sha256}"}
        for about, file in tables
    ]
    text = json.dumps({"resources": resources}, ensure_ascii=False, indent=2).encode()
    return _literal(f"{PAYLOAD_FOLDER}datapackage.json", text)


def _literal(path: str, content: bytes) -> File:
    return measured(path, partial(iter, (content,)))


def _manifest(files: Iterable[WrittenFile]) -> bytes:
    return b"".join(manifest_line(bytes.fromhex(one.sha256), one.path) for one in files)


def _checked(file: File) -> Iterator[bytes]:
    measure = Measure()
    for piece in file.pieces():
        measure.take(piece)
        if measure.length > file.written.length:
            break
        yield piece
    if (measure.length, measure.sha256) != (file.written.length, file.written.sha256):
        raise Gone("what is held of the person changed meanwhile; ask again")
