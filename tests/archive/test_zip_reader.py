"""Archives that are not as we lay them out are refused, whatever differs."""

import io
import zipfile
from pathlib import Path

import pytest

from telecom_privacy.archive.layout import directory_entry, end_records, local_header
from telecom_privacy.archive.model import Member
from telecom_privacy.archive.zip_reader import ZipReader
from telecom_privacy.errors import IntegrityError
from tests.archive.builders import AT, archive

FILES = {"folder/one": b"first", "folder/below/two": b"second"}


def read(data: bytes) -> dict[str, bytes]:
    reader = ZipReader(io.BytesIO(data))
    return {file.path: b"".join(reader.read(file)) for file in reader.files()}


def test_the_folder_is_left_away() -> None:
    assert read(archive(FILES.items())) == {"one": b"first", "below/two": b"second"}


def test_no_byte_can_be_changed_added_or_cut() -> None:
    data = archive(FILES.items())
    for at in range(len(data)):
        with pytest.raises(IntegrityError):
            read(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(IntegrityError):
            read(data[:at])
        with pytest.raises(IntegrityError):
            read(data[:at] + b"\0" + data[at:])


def test_a_changed_file_is_named() -> None:
    data = archive(FILES.items()).replace(b"second", b"SECOND")
    with pytest.raises(IntegrityError, match=r"^below/two: altered"):
        read(data)


@pytest.mark.parametrize(
    "names",
    [
        ["folder/a", "other/b"],
        ["folder"],
        ["folder/"],
        ["a", "b"],
        ["/folder/a"],
        ["folder/../a"],
        ["../folder/a"],
        ["folder/a\\..\\b"],
        ["folder/a\nb"],
    ],
)
def test_there_is_one_folder_and_no_way_out_of_it(names: list[str]) -> None:
    with pytest.raises(IntegrityError):
        read(archive((name, b"") for name in names))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_other_programs_are_refused(tmp_path: Path, method: int) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w", method) as written:
        written.writestr("folder/a", bytes(1000))
    with pytest.raises(IntegrityError):
        read(path.read_bytes())


def _with_directory(directory: bytes, count: int) -> bytes:
    one = Member("folder/one", 5, 0x3610A686)
    files = local_header(one, AT) + b"hello"
    return files + directory + end_records(count, len(files), len(directory))


def test_members_do_not_overlap_and_none_is_hidden() -> None:
    one = Member("folder/one", 5, 0x3610A686)
    entry = directory_entry(one, 0, AT)
    assert read(_with_directory(entry, 1)) == {"one": b"hello"}
    for directory, count in (
        (entry + entry, 2),
        (entry + entry, 1),
        (b"", 0),
        (entry, 2),
        (directory_entry(Member("folder/two", 5, one.crc32), 0, AT), 1),
        (directory_entry(Member("folder/one", 6, one.crc32), 0, AT), 1),
        (directory_entry(one, 2**40, AT), 1),
        (directory_entry(Member("folder/one", 2**40, one.crc32), 0, AT), 1),
    ):
        with pytest.raises(IntegrityError):
            read(_with_directory(directory, count))


@pytest.mark.parametrize("data", [b"", b"PK", bytes(98), bytes(1000)])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        read(data)
