"""Bags: complete and valid, or refused by the name of the file that is wrong."""

import io
from pathlib import Path

import pytest

from telecom_privacy.archive import bag
from telecom_privacy.archive.bag_reader import BagReader
from telecom_privacy.archive.folder_reader import FolderReader
from telecom_privacy.archive.model import Container
from telecom_privacy.archive.zip_reader import ZipReader
from telecom_privacy.errors import IntegrityError
from tests.archive.builders import FOLDER, archive, manifest, package, sealed, texts, zipped


def check(container: Container) -> tuple[int, int]:
    with BagReader.open(container) as found:
        found.check_completeness()
        return found.check_hashes()


def check_files(files: dict[str, bytes]) -> tuple[int, int]:
    return check(ZipReader(io.BytesIO(zipped(files))))


def unpack(files: dict[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def retagged(files: dict[str, bytes], **changed: bytes) -> dict[str, bytes]:
    """The files with other texts, and a tag manifest that agrees with them."""
    tags = {
        path: data
        for path, data in {**files, **changed}.items()
        if not path.startswith(("data/", "tagmanifest"))
    }
    return {**files, **tags, **sealed(tags)}


def test_a_package_is_whole_in_an_archive_and_unpacked(tmp_path: Path) -> None:
    files = package()
    payload = [len(data) for path, data in files.items() if path.startswith("data/")]
    assert check_files(files) == (sum(payload), len(payload))
    assert check(FolderReader(unpack(files, tmp_path))) == (sum(payload), len(payload))


@pytest.mark.parametrize("path", sorted(set(package()) - {bag.SIGNATURE_FILE}))
def test_every_file_is_needed_and_as_it_was(path: str, tmp_path: Path) -> None:
    files = package()
    without = {name: data for name, data in files.items() if name != path}
    with pytest.raises(IntegrityError):
        check_files(without)
    with pytest.raises(IntegrityError):
        check(FolderReader(unpack(without, tmp_path / "without")))
    with pytest.raises(IntegrityError):
        check_files({**files, path: files[path] + b"x"})
    altered = unpack({**files, path: files[path][:-1] + b"x"}, tmp_path / "altered")
    with pytest.raises(IntegrityError):
        check(FolderReader(altered))


def test_a_missing_an_altered_and_an_added_file_are_named() -> None:
    files = package()
    for changed, words in (
        ({"data/calls.csv": None}, "^data/calls.csv: missing"),
        ({"data/calls.csv": b"id,start\n2,2026-10-01T08:15:02Z\n"}, "^data/calls.csv: altered"),
        ({"data/extra.csv": b""}, "^data/extra.csv: not in a manifest"),
        ({"extra.txt": b""}, "^extra.txt: not in a manifest"),
        ({"manifest-md5.txt": b""}, "^manifest-md5.txt: not in a manifest"),
        ({"bagit.txt": b"BagIt-Version: 0.97\n"}, "^bagit.txt: not a bag of BagIt 1.0"),
    ):
        wrong = {path: data for path, data in {**files, **changed}.items() if data is not None}
        with pytest.raises(IntegrityError, match=words):
            check_files(wrong)


def test_nothing_is_fetched_from_elsewhere() -> None:
    wrong = retagged(package(), **{"fetch.txt": b"https://example.com/ 1 data/other\n"})
    with pytest.raises(IntegrityError, match=r"^fetch.txt"):
        check_files(wrong)


def test_the_stated_size_of_the_payload_counts() -> None:
    for info in (b"", b"Payload-Oxum: 1.1\n", b"Payload-Oxum: \n"):
        with pytest.raises(IntegrityError, match=r"^bag-info.txt: the payload has another size"):
            check_files(retagged(package(), **{"bag-info.txt": info}))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("data/calls.csv", "data/calls.csv: twice in a manifest"),
        ("data/../bagit.txt", "not a path below"),
        ("bagit.txt", "bagit.txt: listed in the wrong manifest"),
        ("data/other", "data/other: missing"),
    ],
)
def test_a_manifest_lists_each_file_of_the_payload_once(path: str, words: str) -> None:
    files = package()
    listed = files[bag.MANIFEST_FILE] + manifest({path: b""})
    with pytest.raises(IntegrityError, match=words):
        check_files(retagged(files, **{bag.MANIFEST_FILE: listed}))


def test_a_name_does_not_occur_twice() -> None:
    files = [(f"{FOLDER}/{path}", data) for path, data in package().items()]
    with pytest.raises(IntegrityError, match=r"data/calls.csv: twice in the package"):
        check(ZipReader(io.BytesIO(archive([*files, (f"{FOLDER}/data/calls.csv", b"")]))))


def test_what_is_neither_a_file_nor_a_folder_is_refused(tmp_path: Path) -> None:
    unpack(package(), tmp_path)
    (tmp_path / "data/link").symlink_to("/etc/hostname")
    with pytest.raises(IntegrityError, match=r"data/link: neither"):
        check(FolderReader(tmp_path))


def test_a_file_in_place_of_a_folder_and_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="cannot be read"):
        check(FolderReader(tmp_path / "none"))


def test_an_empty_payload_is_a_bag() -> None:
    tags = texts({})
    assert check_files({**tags, **sealed(tags)}) == (0, 0)
