"""Packages as whole bags: signed, and stamped where an authority is configured."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.cms import verify
from telecom_privacy.crypto.timestamps import verify_stamp
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.crypto.timestamping import Authority, serving
from tests.reversibility.conftest import Portal, files_of
from tests.wiring import wired

STAMP = "tagmanifest-sha256.txt.tsr"
TAGS = "tagmanifest-sha256.txt"


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    folder = tmp_path / "authority"
    folder.mkdir()
    with serving(folder) as authority:
        yield authority


@pytest.fixture
def own(clock: MovableClock, tmp_path: Path) -> CertifiedKey:
    """A key of the operator's own PKI, in the files that the settings name."""
    key = CertifiedKey.generate("Operator", clock.now())
    (tmp_path / "package.key").write_bytes(key.private_key)
    (tmp_path / "package.pem").write_text(key.certificate_pem)
    return key


@pytest.fixture
def settings(
    settings: Settings, authority: Authority, own: CertifiedKey, tmp_path: Path
) -> Settings:
    (tmp_path / "authority.pem").write_bytes(authority.root)
    return replace(
        settings,
        package_key=tmp_path / "package.key",
        package_certificate=tmp_path / "package.pem",
        timestamp_url=authority.url,
        timestamp_certificates=tmp_path / "authority.pem",
    )


@pytest.fixture
def portal(settings: Settings, clock: MovableClock) -> Iterator[Portal]:
    with wired(settings, clock) as services:
        api = Api(create_app(services), services.accounts, clock)
        api.create_client()
        api.put_call("cabinet", "one", api.call())
        yield Portal(api)


def test_a_package_bears_the_operators_signature_and_a_time_stamp(
    portal: Portal, authority: Authority, own: CertifiedKey
) -> None:
    files = files_of(portal.fetch(portal.made()))

    signed_by = verify(files[f"{TAGS}.p7s"], files[TAGS])
    assert signed_by.certificate == own.certificate
    assert portal.api.request("GET", "/v1/exports/certificate").text == own.certificate_pem
    assert verify_stamp(files[STAMP], files[TAGS], authority.root)
    assert f"Time-Stamp: {STAMP}\n".encode() in files["bag-info.txt"]


def test_a_package_says_that_no_stamp_was_to_be_had(portal: Portal, authority: Authority) -> None:
    authority.answer = lambda request: (503, "text/plain", b"")

    files = files_of(portal.fetch(portal.made()))

    assert STAMP not in files
    assert b"Time-Stamp: none" in files["bag-info.txt"]
