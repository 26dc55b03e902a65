"""The layout of a ZIP archive (PKWARE APPNOTE 6.3.10) whose files are stored uncompressed.

An archive is, for each member, its local header and its bytes; then a directory entry for each, in
the same order; then the end records. Lengths and checksums are known in advance, so every offset
is, too, and readers that only see a stream find them in the local headers. The same members and
time give the same bytes. Members beyond 4 GiB, archives beyond 4 GiB and more than 65,535 members
take ZIP64.
"""

import struct
from datetime import datetime

from telecom_privacy.archive.model import Member

END_BYTES = 98

_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_DIRECTORY_ENTRY = struct.Struct("<4s6H3I5H2I")
_ZIP64_END = struct.Struct("<4sQ2H2I4Q")
_ZIP64_LOCATOR = struct.Struct("<4sIQI")
_END = struct.Struct("<4s4H2IH")

_VERSION_PLAIN = 20
_VERSION_ZIP64 = 45
_MADE_ON_UNIX = 3 << 8
_UTF8 = 1 << 11
_STORED = 0
_ZIP64_EXTRA = 1
_REGULAR_FILE = 0o100644 << 16
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
_MOST_16 = 0xFFFF
_MOST_32 = 0xFFFFFFFF


def local_header(member: Member, at: datetime) -> bytes:
    """Return what precedes the bytes of `member`; `at` is the time of the file, shown as it is."""
    name = member.name.encode()
    is_large = member.length >= _MOST_32
    # Where the extra field is there, the local header must give both sizes in it (4.5.3).
    extra = _zip64_extra(member.length, member.length) if is_large else b""
    length = min(member.length, _MOST_32)
    fields = (_version(extra), _UTF8, _STORED, *_dos_time(at), member.crc32, length, length)
    return _LOCAL_HEADER.pack(b"PK\3\4", *fields, len(name), len(extra)) + name + extra


def directory_entry(member: Member, offset: int, at: datetime) -> bytes:
    """Return the entry for the member whose local header is at `offset` in the archive."""
    name = member.name.encode()
    large = [value for value in (member.length, member.length, offset) if value >= _MOST_32]
    extra = _zip64_extra(*large) if large else b""
    length = min(member.length, _MOST_32)
    fields = (_version(extra), _UTF8, _STORED, *_dos_time(at), member.crc32, length, length)
    place = (0, 0, 0, _REGULAR_FILE, min(offset, _MOST_32))
    return (
        _DIRECTORY_ENTRY.pack(
            b"PK\1\2", _MADE_ON_UNIX | _VERSION_ZIP64, *fields, len(name), len(extra), *place
        )
        + name
        + extra
    )


def end_records(count: int, directory_offset: int, directory_length: int) -> bytes:
    """Return the `END_BYTES` that follow the directory: ZIP64 end, its locator, end.

    The ZIP64 records are always there (4.3.9.6 lets them), so the length never depends on sizes.
    """
    zip64_offset = directory_offset + directory_length
    version = _VERSION_ZIP64
    remaining = _ZIP64_END.size - 12  # without the signature and this field itself (4.3.14.1)
    numbers = (count, count, directory_length, directory_offset)
    short = (min(count, _MOST_16), min(count, _MOST_16))
    long = (min(directory_length, _MOST_32), min(directory_offset, _MOST_32))
    return (
        _ZIP64_END.pack(b"PK\6\6", remaining, _MADE_ON_UNIX | version, version, 0, 0, *numbers)
        + _ZIP64_LOCATOR.pack(b"PK\6\7", 0, zip64_offset, 1)
        + _END.pack(b"PK\5\6", 0, 0, *short, *long, 0)
    )


def _version(zip64_extra: bytes) -> int:
    return _VERSION_ZIP64 if zip64_extra else _VERSION_PLAIN


def _zip64_extra(*values: int) -> bytes:
    return struct.pack(f"<2H{len(values)}Q", _ZIP64_EXTRA, 8 * len(values), *values)


def _dos_time(at: datetime) -> tuple[int, int]:
    """Return time and date, to two seconds and within the years that the format knows."""
    year = min(max(at.year, _FIRST_YEAR), _LAST_YEAR)
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, (year - _FIRST_YEAR) << 9 | at.month << 5 | at.day
