"""What programs that are not ours say of real packages, and that each tampering is refused."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import frictionless
import pytest

from telecom_privacy.errors import IntegrityError
from telecom_privacy.verify.package import verify_package
from tests.programs import program
from tests.records.builders import RecordApi

WISHES: tuple[dict[str, Any], ...] = (
    {"kind": "reversibility"},
    {"kind": "history", "from": "2020-01-01T00:00:00Z", "audio": False},
    {"kind": "subject", "subject": "+33612345678"},
    {"kind": "history", "until": "2020-01-01T00:00:00Z"},
)


@pytest.fixture(scope="package")
def certificate(api: RecordApi) -> bytes:
    return api.request("GET", "/v1/exports/certificate").data


def run(bag: Path, *command: str) -> None:
    name, *arguments = command
    subprocess.run([program(name), *arguments], cwd=bag, check=True, capture_output=True)


@pytest.mark.parametrize("wish", WISHES)
def test_every_kind_of_package_passes_the_validators(
    unpack: Callable[..., Path], certificate: bytes, wish: dict[str, Any]
) -> None:
    bag = unpack(**wish)
    (bag.parent / "operator.pem").write_bytes(certificate)

    bagit.Bag(str(bag)).validate()
    report = frictionless.validate(str(bag / "data/datapackage.json"))
    assert report.valid, report.flatten(["name", "title", "message"])
    verify_package(bag.parent / "package.zip", certificate, None)
    run(bag, "unzip", "-qt", "../package.zip")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        run(bag, "sha256sum", "--strict", "--quiet", "--check", manifest)
    signed = ("-in", "tagmanifest-sha256.txt.p7s", "-content", "tagmanifest-sha256.txt")
    checks = ("-binary", "-inform", "DER", "-CAfile", "../operator.pem", "-out", "/dev/null")
    run(bag, "openssl", "cms", "-verify", "-cades", *checks, *signed)


@pytest.mark.parametrize("path", ["data/calls.csv", "data/calls.jsonl", "data/client.json"])
def test_an_altered_table_is_refused(
    unpack: Callable[..., Path], certificate: bytes, path: str
) -> None:
    bag = unpack(audio=False)
    data = (bag / path).read_bytes()
    (bag / path).write_bytes(data.replace(b"cabinet", b"CABINET").replace(b"one", b"One"))

    assert not frictionless.validate(str(bag / "data/datapackage.json")).valid
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()
    with pytest.raises(IntegrityError, match=path):
        verify_package(bag, certificate, None)
