"""The ZIP layout, judged by readers that are not ours."""

import io
import os
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telecom_privacy.archive.layout import END_BYTES, directory_entry, end_records, local_header
from telecom_privacy.archive.model import Member
from telecom_privacy.archive.zip_reader import ZipReader
from tests.archive.builders import AT, archive
from tests.programs import program

GIB = 1024**3

names = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='/\\:*?"<>|'), min_size=1
)
paths = st.lists(names.filter(lambda name: set(name) != {"."}), min_size=1, max_size=3)
members = st.dictionaries(
    paths.map(lambda parts: "/".join(["folder", *parts])), st.binary(max_size=99), max_size=9
)
times = st.integers(0, (2**31 - 1) // 2).map(lambda n: datetime.fromtimestamp(2 * n, UTC))


@settings(max_examples=40)
@given(members, times)
def test_python_reads_back_what_was_laid_out(files: dict[str, bytes], at: datetime) -> None:
    with zipfile.ZipFile(io.BytesIO(archive(files.items(), at))) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == files
        shown = max(at, datetime(1980, 1, 1, tzinfo=UTC)).timetuple()
        if at.year >= 1980:
            assert {info.date_time for info in read.infolist()} <= {tuple(shown[:6])}


@settings(max_examples=40)
@given(members)
def test_our_reader_reads_back_what_was_laid_out(files: dict[str, bytes]) -> None:
    reader = ZipReader(io.BytesIO(archive(files.items())))
    found = {f"folder/{file.path}": b"".join(reader.read(file)) for file in reader.files()}
    assert found == files


def test_the_same_members_give_the_same_bytes() -> None:
    files = [("folder/a", b"1"), ("folder/b", b"")]
    assert archive(files) == archive(files)


def test_unzip_takes_the_archive(tmp_path: Path) -> None:
    files = {"folder/é.txt": b"one", "folder/below/two": b"", "folder/three": bytes(100_000)}
    (tmp_path / "a.zip").write_bytes(archive(files.items()))
    run = subprocess.run(
        [program("unzip"), "-t", "a.zip"], cwd=tmp_path, capture_output=True, check=True
    )
    assert b"No errors detected" in run.stdout
    subprocess.run([program("unzip"), "-q", "a.zip"], cwd=tmp_path, check=True, capture_output=True)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert (tmp_path / "folder/three").stat().st_mode & 0o777 == 0o644 & ~_umask()


def test_more_members_than_16_bits_count_are_found(tmp_path: Path) -> None:
    count = 66_000
    path = tmp_path / "many.zip"
    path.write_bytes(_many(count))
    with zipfile.ZipFile(path) as read:
        assert len(read.namelist()) == count
        assert read.read(f"folder/{count - 1}") == b"x"
    listed = subprocess.run([program("unzip"), "-Z1", path], capture_output=True, check=True)
    assert listed.stdout.count(b"\n") == count
    with path.open("rb") as file:
        assert sum(1 for _ in ZipReader(file).files()) == count


def test_members_and_offsets_beyond_4_gib_are_found(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    sizes = {"folder/first": 5 * GIB, "folder/exact": 2**32 - 1, "folder/below": 2**32 - 2}
    _sparse(path, sizes, ("folder/last", b"at the end"))

    with zipfile.ZipFile(path) as read:
        found = {info.filename: info.file_size for info in read.infolist()}
        assert read.read("folder/last") == b"at the end"
        assert read.open("folder/first").read(3) == b"\0\0\0"
    assert found == {**sizes, "folder/last": 10}
    with path.open("rb") as file:
        reader = ZipReader(file)
        *large, last = reader.files()
        assert [one.length for one in large] == list(sizes.values())
        assert b"".join(reader.read(last)) == b"at the end"


@pytest.mark.parametrize("size", [2**32 - 2, 2**32, 5 * GIB])  # unzip mistakes 2**32 - 1 itself
def test_unzip_finds_what_follows_a_large_member(tmp_path: Path, size: int) -> None:
    path = tmp_path / "large.zip"
    _sparse(path, {"folder/first": size, "folder/second": 3}, ("folder/last", b"at the end"))
    read = subprocess.run(
        [program("unzip"), "-p", path, "folder/last"], capture_output=True, check=True
    )
    assert read.stdout == b"at the end"


def test_the_length_of_the_end_does_not_depend_on_sizes() -> None:
    for count, offset, length in ((0, 0, 0), (65_535, 2**32 - 1, 5), (2**20, 2**40, 2**33)):
        assert len(end_records(count, offset, length)) == END_BYTES


def _many(count: int) -> bytes:
    member = [Member(f"folder/{number}", 1, 0x8CDC1683) for number in range(count)]
    headers = [local_header(one, AT) + b"x" for one in member]
    entries, offset = [], 0
    for one, header in zip(member, headers, strict=True):
        entries.append(directory_entry(one, offset, AT))
        offset += len(header)
    directory = b"".join(entries)
    return b"".join(headers) + directory + end_records(count, offset, len(directory))


def _sparse(path: Path, sizes: dict[str, int], last: tuple[str, bytes]) -> None:
    """Write an archive whose large members are holes (of a checksum that is not looked at)."""
    directory = b""
    with path.open("wb") as file:
        for name, size in sizes.items():
            member = Member(name, size, 0)
            directory += directory_entry(member, file.tell(), AT)
            file.write(local_header(member, AT))
            file.seek(size, os.SEEK_CUR)
        member = Member(last[0], len(last[1]), crc32(last[1]))
        directory += directory_entry(member, file.tell(), AT)
        file.write(local_header(member, AT) + last[1])
        file.write(directory + end_records(len(sizes) + 1, file.tell(), len(directory)))


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
