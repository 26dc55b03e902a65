"""Packages that the service makes, checked as whoever receives them does."""

import subprocess
from pathlib import Path

import bagit
import pytest

from telecom_privacy.errors import IntegrityError
from telecom_privacy.verify.package import verify_package
from tests.programs import program
from tests.reversibility.conftest import Portal

CERTIFICATE = "/v1/exports/certificate"


def test_a_package_is_verified_with_the_certificate_that_the_service_shows(
    portal: Portal, tmp_path: Path
) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(portal.fetch(portal.made()))
    certificate = portal.api.request("GET", CERTIFICATE).data

    verified = verify_package(path, certificate, None)
    assert verified.signed.at == portal.api.clock.now().replace(microsecond=0)
    assert not verified.has_stamp

    path.write_bytes(path.read_bytes().replace(b"licence-1", b"licence-2"))
    with pytest.raises(IntegrityError, match=r"^data/.*: altered"):
        verify_package(path, certificate, None)


def test_other_programs_accept_a_package(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "package.zip").write_bytes(portal.fetch(portal.made()))
    (tmp_path / "operator.pem").write_bytes(portal.api.request("GET", CERTIFICATE).data)
    run(tmp_path, "unzip", "-q", "package.zip")
    [folder] = (one for one in tmp_path.iterdir() if (one / "bagit.txt").is_file())

    bagit.Bag(str(folder)).validate()
    run(folder, "sha256sum", "--strict", "--check", "manifest-sha256.txt", "tagmanifest-sha256.txt")
    command = "cms -verify -cades -binary -inform DER -in tagmanifest-sha256.txt.p7s"
    command += " -content tagmanifest-sha256.txt -CAfile ../operator.pem -out ../verified"
    run(folder, "openssl", *command.split())


def run(folder: Path, name: str, *arguments: str) -> None:
    subprocess.run([program(name), *arguments], cwd=folder, check=True, capture_output=True)
