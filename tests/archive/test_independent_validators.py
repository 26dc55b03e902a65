"""What programs that are not ours say of a package: unpacked by one, validated by others."""

import subprocess
from pathlib import Path

import bagit
import frictionless
import pytest

from tests.archive.builders import FOLDER, package, zipped
from tests.programs import program


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    (tmp_path / "package.zip").write_bytes(zipped(package()))
    subprocess.run(
        [program("unzip"), "-q", "package.zip"], cwd=tmp_path, check=True, capture_output=True
    )
    return tmp_path / FOLDER


def test_bagit_finds_the_bag_valid_and_an_altered_one_not(unpacked: Path) -> None:
    bagit.Bag(str(unpacked)).validate()
    assert bagit.Bag(str(unpacked)).info["Payload-Oxum"]
    (unpacked / "data/calls.csv").write_text("altered")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(unpacked)).validate()


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_the_manifests_are_lists_for_sha256sum(unpacked: Path, manifest: str) -> None:
    command = [program("sha256sum"), "--strict", "--quiet", "--check", manifest]
    subprocess.run(command, cwd=unpacked, check=True)


def test_frictionless_finds_the_tables_as_described(unpacked: Path) -> None:
    descriptor = str(unpacked / "data/datapackage.json")
    assert frictionless.validate(descriptor).valid
    (unpacked / "data/calls.csv").write_text("altered")
    assert not frictionless.validate(descriptor).valid
