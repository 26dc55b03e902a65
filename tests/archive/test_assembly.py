"""Packages that are rendered twice: what is sent is what was measured, or nothing whole."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest

from telecom_privacy.archive.assembly import (
    Archive,
    File,
    literal,
    measured,
    signature_over,
    tag_files,
)
from telecom_privacy.archive.bag import TAG_MANIFEST_FILE
from telecom_privacy.errors import Gone
from tests.archive.builders import AT


def test_an_archive_is_as_long_as_it_says_and_holds_the_files() -> None:
    archive = Archive("folder", AT, (literal("data/a", b"first"), literal("data/b", b"")))
    written = b"".join(archive.read())
    assert len(written) == archive.length
    opened = zipfile.ZipFile(io.BytesIO(written))
    assert opened.testzip() is None
    assert {name: opened.read(name) for name in opened.namelist()} == {
        "folder/data/a": b"first",
        "folder/data/b": b"",
    }


@pytest.mark.parametrize("later", [b"after!", b"longer than before", b"", b"short"])
def test_what_changes_while_it_is_sent_breaks_the_archive_off(later: bytes) -> None:
    content = [b"before"]
    archive = Archive("folder", AT, (measured("data/one.csv", lambda: content),))
    content[0] = later
    with pytest.raises(Gone):
        list(archive.read())


def test_the_tag_files_make_a_bag(tmp_path: Path) -> None:
    payload = (literal("data/a", b"first"), literal("data/deep/b", b"second"))
    tags = tag_files(payload, [("External-Identifier", "7f0c1b8e")])
    for file in (*payload, *tags, signature_over(tags[-1], lambda content: content[:8])):
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"".join(file.read()))
    bag = bagit.Bag(str(tmp_path))
    bag.validate()
    assert bag.info["External-Identifier"] == "7f0c1b8e"
    assert bag.info["Payload-Oxum"] == "11.2"


def test_the_tag_manifest_is_what_is_signed() -> None:
    tags = tag_files([literal("data/a", b"first")], [])
    assert tags[-1].path == TAG_MANIFEST_FILE
    signed: list[bytes] = []
    signature_over(tags[-1], lambda content: signed.append(content) or b"signature")
    assert signed == [b"".join(tags[-1].read())]


def test_bytes_do_not_show_where_a_file_is_printed() -> None:
    assert "secret" not in repr(File("data/a", 6, "00", 0, lambda: [b"secret"]))


class Many:
    """As many files as one wants, each made when it is gone through."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[File]:
        return (literal(f"data/{number:06}", b"x") for number in range(self.count))


def peak_of(count: int) -> int:
    """The most memory, in bytes, that reading a bag of so many files takes."""
    files = Many(count)
    tracemalloc.start()
    try:
        tags = tag_files(files, [])
        assert sum(map(len, tags[2].read())) > 70 * count
        assert sum(map(len, Archive("folder", AT, files).read())) > 100 * count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_any_number_of_files_takes_the_same_memory() -> None:
    assert peak_of(2000) < peak_of(200) + 20_000
