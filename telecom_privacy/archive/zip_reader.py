"""Reading an archive that `layout` laid out: byte for byte as it would be laid out again.

Everything else is refused: compressed or encrypted members, gaps, overlaps, bytes in front or
behind, headers that contradict the directory.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from zlib import crc32

from telecom_privacy.archive.layout import END_BYTES, directory_entry, end_records, local_header
from telecom_privacy.archive.model import Member, StoredFile
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.errors import IntegrityError

_ENTRY = struct.Struct("<12x2HI4xI2H10xI")
"""Of a directory entry: time, date, CRC-32, length, lengths of name and extra field, offset."""

_END = struct.Struct("<32x3Q42x")
"""Of the end records: number of members, length and offset of the directory."""

_MOST_32 = 0xFFFFFFFF
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    member: Member
    offset: int
    at: datetime
    size: int


class ZipReader:
    """The files of the archive in an open file, which can seek (`model.Container`)."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def files(self) -> Iterator[StoredFile]:
        """Yield the files in their order. Raises `IntegrityError` unless all is in its place."""
        count, length, directory = self._end()
        position, place, folder = 0, directory, ""
        for _ in range(count):
            entry = self._entry(place)
            start = self._checked_start(entry, position)
            found, _, path = checked_path(entry.member.name).partition("/")
            folder = folder or found
            if found != folder or not path:
                raise IntegrityError("the archive does not hold one folder")
            yield StoredFile(path, entry.member.length, start, entry.member.crc32)
            position, place = start + entry.member.length, place + entry.size
        if position != directory or place != directory + length:
            raise IntegrityError("the archive has bytes that belong to no file")

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Yield the bytes. Raises `IntegrityError` if they end early or have another checksum."""
        position, end, checksum = file.start, file.start + file.length, 0
        while position < end:
            piece = self._bytes(position, min(_PIECE, end - position))
            checksum = crc32(piece, checksum)
            position += len(piece)
            yield piece
        if checksum != file.crc32:
            raise IntegrityError(f"{file.path}: altered, the archive has another checksum")

    def _end(self) -> tuple[int, int, int]:
        total = self._file.seek(0, 2)
        records = self._bytes(max(total - END_BYTES, 0), END_BYTES)
        count, length, offset = _END.unpack(records)
        if offset + length + END_BYTES != total or end_records(count, offset, length) != records:
            raise IntegrityError("not an archive of this service, or it was cut or lengthened")
        return count, length, offset

    def _entry(self, place: int) -> _Entry:
        try:
            entry = self._parsed_entry(place)
            again = directory_entry(entry.member, entry.offset, entry.at)
        except (ValueError, LookupError, struct.error) as error:
            raise IntegrityError("the directory of the archive is malformed") from error
        if again != self._bytes(place, entry.size):
            raise IntegrityError(f"{entry.member.name!a}: stored in another way than ours")
        return entry

    def _parsed_entry(self, place: int) -> _Entry:
        fixed = self._bytes(place, _ENTRY.size)
        time, date, checksum, length, name_size, extra_size, offset = _ENTRY.unpack(fixed)
        rest = self._bytes(place + _ENTRY.size, name_size + extra_size)
        large = struct.unpack(f"<{extra_size // 8}Q", rest[name_size:][4:])
        length = large[0] if length == _MOST_32 else length
        offset = large[-1] if offset == _MOST_32 else offset
        member = Member(rest[:name_size].decode(), length, checksum)
        return _Entry(member, offset, _from_dos(time, date), len(fixed) + len(rest))

    def _checked_start(self, entry: _Entry, position: int) -> int:
        """Return where the bytes of a member start, whose header is right after what precedes."""
        header = local_header(entry.member, entry.at)
        if entry.offset != position or self._bytes(position, len(header)) != header:
            raise IntegrityError(
                f"{entry.member.name!a}: not where the directory of the archive says"
            )
        return position + len(header)

    def _bytes(self, position: int, size: int) -> bytes:
        self._file.seek(position)
        found = self._file.read(size)
        if len(found) != size:
            raise IntegrityError("the archive ends early")
        return found


def _from_dos(time: int, date: int) -> datetime:
    """Raise `ValueError` for a date that is none."""
    year, month, day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    return datetime(year, month, day, time >> 11, time >> 5 & 63, 2 * (time & 31), tzinfo=UTC)
