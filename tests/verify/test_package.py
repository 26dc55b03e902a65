"""Packages that were handed over: what is accepted, and that nothing altered is."""

import hashlib
import json
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.archive import bag
from telecom_privacy.crypto import cms
from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.timestamp_authority import TimestampAuthority
from telecom_privacy.errors import IntegrityError
from telecom_privacy.verify.package import VerifiedPackage, verify_package
from tests.archive.builders import AT, CALLS, PAYLOAD, SIGNER, package, sealed, texts, zipped
from tests.crypto.timestamping import Authority, serving

CERTIFICATE = SIGNER.certificate_pem.encode()
MIB = 1024**2
DESCRIPTOR = "data/datapackage.json"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with serving(tmp_path_factory.mktemp("authority")) as authority:
        yield authority


@pytest.fixture
def verify(tmp_path: Path) -> Any:
    def run(
        files: Mapping[str, bytes],
        certificate: bytes | None = CERTIFICATE,
        authorities: bytes | None = None,
    ) -> VerifiedPackage:
        path = tmp_path / "package.zip"
        path.write_bytes(zipped(files))
        return verify_package(path, certificate, authorities)

    return run


def described(descriptor: bytes) -> dict[str, bytes]:
    """A package that is whole, around another description of its tables."""
    payload = {**PAYLOAD, DESCRIPTOR: descriptor}
    tags = texts(payload)
    return {**tags, **sealed(tags), **payload}


def test_a_package_says_how_much_it_holds_and_who_signed_it(verify: Any) -> None:
    verified = verify(package())
    assert verified.files == len(PAYLOAD) + 1
    assert verified.octets == sum(map(len, PAYLOAD.values())) + len(package()[DESCRIPTOR])
    assert verified.signed == cms.SignedBy(SIGNER.certificate, "CN=operator", AT)
    assert verified.stamped_at is None


def unpack(folder: Path) -> None:
    for path, data in package().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def test_the_unpacked_folder_is_verified_like_the_archive(tmp_path: Path) -> None:
    unpack(tmp_path)
    assert verify_package(tmp_path, CERTIFICATE, None).files == len(PAYLOAD) + 1


@pytest.mark.parametrize("added", ["added", "data/added", "data/added/more"])
def test_an_empty_folder_is_no_part_of_a_package(tmp_path: Path, added: str) -> None:
    unpack(tmp_path)
    (tmp_path / added).mkdir(parents=True)
    with pytest.raises(IntegrityError, match=f"^{added}: an empty folder"):
        verify_package(tmp_path, CERTIFICATE, None)


def test_the_signature_is_needed_and_is_of_the_operator(verify: Any) -> None:
    files = package()
    without = {path: data for path, data in files.items() if path != bag.SIGNATURE_FILE}
    with pytest.raises(IntegrityError, match=f"^{bag.SIGNATURE_FILE}: missing"):
        verify(without)
    for wrong in (b"", b"junk", files[bag.SIGNATURE_FILE][:-1]):
        with pytest.raises(IntegrityError, match=f"^{bag.SIGNATURE_FILE}: "):
            verify({**files, bag.SIGNATURE_FILE: wrong})


def test_the_signature_of_somebody_else_is_refused(verify: Any) -> None:
    other = CertifiedKey.generate("operator", AT)
    tags = {path: package()[path] for path in texts({})}
    with pytest.raises(IntegrityError, match="under another certificate"):
        verify({**package(), **sealed(tags, other)})


def test_a_package_made_again_after_it_was_signed_is_refused(verify: Any) -> None:
    changed = package({**PAYLOAD, "data/calls.csv": CALLS + b"2,2026-10-01T08:16:02Z\n"})
    with pytest.raises(IntegrityError, match="over another content"):
        verify({**changed, bag.SIGNATURE_FILE: package()[bag.SIGNATURE_FILE]})


def test_without_a_certificate_a_whole_package_is_still_not_valid(verify: Any) -> None:
    fingerprint = hashlib.sha256(SIGNER.certificate).hexdigest()
    with pytest.raises(IntegrityError, match=f"^whole, and signed by CN=operator.*{fingerprint}"):
        verify(package(), certificate=None)
    with pytest.raises(IntegrityError, match="altered"):
        verify({**package(), "data/calls.csv": CALLS.replace(b"1,", b"2,")}, certificate=None)
    with pytest.raises(IntegrityError, match=r"not an X\.509 certificate"):
        verify(package(), certificate=b"junk")


def test_a_stamp_is_checked_where_its_authority_is_given(verify: Any, authority: Authority) -> None:
    files = package()
    client = TimestampAuthority(authority.url, authority.root)
    stamped = {**files, bag.STAMP_FILE: client.stamp(files[bag.TAG_MANIFEST_FILE])}
    assert verify(stamped, authorities=authority.root).stamped_at is not None
    assert verify(stamped).stamped_at is None
    assert verify(stamped).has_stamp
    for wrong in (
        {**files, bag.STAMP_FILE: client.stamp(b"other")},
        {**files, bag.STAMP_FILE: b"x"},
    ):
        for authorities in (authority.root, None):
            with pytest.raises(IntegrityError, match=f"^{bag.STAMP_FILE}: "):
                verify(wrong, authorities=authorities)
    with pytest.raises(IntegrityError, match=f"^{bag.STAMP_FILE}: missing"):
        verify(files, authorities=authority.root)
    with pytest.raises(IntegrityError, match=f"^{bag.STAMP_FILE}: "):
        verify(stamped, authorities=CERTIFICATE)


def _resource(**changed: Any) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(CALLS).hexdigest()}"
    return {"path": "calls.csv", "bytes": len(CALLS), "hash": digest, **changed}


def test_a_description_of_tables_that_agrees_is_accepted(verify: Any) -> None:
    both = {"path": ["calls.csv", "exclusions.csv"]}
    for resources in ([], [_resource()], [{"path": "calls.csv"}], [both]):
        verify(described(json.dumps({"resources": resources}).encode()))


@pytest.mark.parametrize(
    "descriptor",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b'{"resources": 1}',
        b'{"resources": [1]}',
        b'{"resources": [{}]}',
        b'{"resources": [{"path": [1]}]}',
        b"[" * 100_000,
    ],
)
def test_what_describes_no_tables_is_refused(verify: Any, descriptor: bytes) -> None:
    with pytest.raises(IntegrityError, match=f"^{DESCRIPTOR}: "):
        verify(described(descriptor))


@pytest.mark.parametrize(
    "changed",
    [
        {"bytes": 1},
        {"hash": "sha256:00"},
        {"hash": "md5:00"},
        {"path": "none.csv"},
        {"path": "../bagit.txt"},
        {"path": "https://example.com/calls.csv"},
        {"path": "/etc/hostname"},
    ],
)
def test_a_description_that_disagrees_with_the_files_is_refused(
    verify: Any, changed: dict[str, Any]
) -> None:
    descriptor = json.dumps({"resources": [_resource(**changed)]}).encode()
    with pytest.raises(IntegrityError):
        verify(described(descriptor))


def test_memory_does_not_grow_with_the_package(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(package({**PAYLOAD, "data/recordings/long.wav": bytes(64 * MIB)})))
    tracemalloc.start()
    verify_package(path, CERTIFICATE, None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * MIB


def test_what_is_not_there_or_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no package")
    for path in (tmp_path / "none", tmp_path / "text", tmp_path):
        with pytest.raises(IntegrityError):
            verify_package(path, CERTIFICATE, None)
