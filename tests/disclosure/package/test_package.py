"""The package as it is handed over: opened, verified and read by programs that are not ours."""

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bagit
import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from telecom_privacy.archive.assembly import measured
from telecom_privacy.crypto import cms
from telecom_privacy.crypto.age import AgeRecipient
from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.cms_envelope import CertificateRecipient
from telecom_privacy.disclosure.package.model import Delivery, DisclosedRecording
from telecom_privacy.disclosure.package.package import DisclosurePackage
from telecom_privacy.errors import Gone, IntegrityError
from telecom_privacy.verify.package import verify_package
from tests.crypto.recipients import NOW, holder
from tests.disclosure.package.builders import AUDIO, CALLS, CASE, delivery, hostile, recording
from tests.programs import program

SIGNER = CertifiedKey.generate("Téléphonie Exemple SAS", NOW)
CERTIFICATE = SIGNER.certificate_pem.encode()
IDENTITY = pyrage.x25519.Identity.generate()


def sign(content: bytes) -> bytes:
    return cms.sign(content, SIGNER, NOW)


def package(made: Delivery) -> DisclosurePackage:
    return DisclosurePackage(made, sign)


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    written = b"".join(package(delivery()).read())
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        archive.extractall(tmp_path)
    return tmp_path / str(CASE)


def test_the_package_is_a_valid_bag(unpacked: Path) -> None:
    bag = bagit.Bag(str(unpacked))
    bag.validate()
    assert bag.info["External-Identifier"] == str(CASE)


def test_openssl_verifies_the_signature_as_the_slip_says(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "operateur.pem").write_bytes(CERTIFICATE)
    options = "cms -verify -cades -binary -inform DER -in tagmanifest-sha256.txt.p7s"
    files = "-content tagmanifest-sha256.txt -CAfile ../operateur.pem -out out"
    command = [program("openssl"), *f"{options} {files}".split()]
    subprocess.run(command, cwd=unpacked, check=True, capture_output=True)


@pytest.mark.parametrize("made", [delivery(), hostile()], ids=["usual", "hostile"])
def test_our_own_command_verifies_the_package(made: Delivery, tmp_path: Path) -> None:
    file = tmp_path / "package.zip"
    file.write_bytes(b"".join(package(made).read()))
    assert verify_package(file, CERTIFICATE, None).files > 6


def test_a_package_has_the_length_that_it_says() -> None:
    made = package(delivery())
    assert len(b"".join(made.read())) == made.length


def test_the_audio_lies_in_it_as_it_is(unpacked: Path) -> None:
    assert (unpacked / "data/recordings/0b54.wav").read_bytes() == AUDIO


def test_a_proof_has_all_that_is_needed_to_recompute_the_root(unpacked: Path) -> None:
    proof = json.loads((unpacked / "data/proofs/1/inclusion.json").read_text())
    assert {"leaf", "leaf_index", "tree_size", "leaf_hash", "hashes"} < proof.keys()
    note = (unpacked / "data/proofs/1/checkpoint.txt").read_text()
    assert note == delivery().proofs[0].checkpoint


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), None])
def test_the_holder_of_the_certificate_opens_it(
    key: rsa.RSAPrivateKey | None, tmp_path: Path
) -> None:
    of = holder(key or ec.generate_private_key(ec.SECP256R1()))
    of.write(tmp_path)
    sealed = package(delivery()).encrypted(CertificateRecipient.load(of.certificate, NOW))
    written = b"".join(sealed.read())
    assert (len(written), sealed.suffix) == (sealed.length, ".zip.p7m")
    (tmp_path / "package.zip.p7m").write_bytes(written)
    files = "-in package.zip.p7m -inkey key.pem -recip certificate.pem -out package.zip"
    command = [program("openssl"), *f"cms -decrypt -binary -inform DER {files}".split()]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert verify_package(tmp_path / "package.zip", CERTIFICATE, None)


def test_the_age_recipient_opens_it(tmp_path: Path) -> None:
    recipient = AgeRecipient.parse(str(IDENTITY.to_public()))
    sealed = package(delivery()).encrypted(recipient)
    written = b"".join(sealed.read())
    assert (len(written), sealed.suffix) == (sealed.length, ".zip.age")
    (tmp_path / "package.zip").write_bytes(pyrage.decrypt(written, [IDENTITY]))
    assert verify_package(tmp_path / "package.zip", CERTIFICATE, None)


def test_nothing_of_it_can_be_read_in_what_leaves_the_service() -> None:
    sealed = package(delivery()).encrypted(AgeRecipient.parse(str(IDENTITY.to_public())))
    written = b"".join(sealed.read())
    for told in (b"33612345678", b"bordereau", b"4217", str(CASE).encode(), AUDIO[:32]):
        assert told not in written


@pytest.mark.parametrize("seed", ["0", "4217"])
def test_the_same_delivery_has_the_same_content_hash_in_every_process(seed: str) -> None:
    program_text = (
        "from tests.disclosure.package.builders import delivery, hostile\n"
        "from telecom_privacy.disclosure.package.package import DisclosurePackage\n"
        "for made in (delivery(), hostile()):\n"
        "    print(DisclosurePackage(made, lambda content: b'').content_hash)\n"
    )
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", program_text], env=environment, check=True, capture_output=True
    )
    here = [package(made).content_hash for made in (delivery(), hostile())]
    assert done.stdout.decode().split() == here


def test_another_delivery_has_another_content_hash() -> None:
    others = (delivery(reference="PV 2026/004218"), delivery(calls=lambda: CALLS[1:]))
    hashes = {package(made).content_hash for made in (delivery(), *others)}
    assert len(hashes) == 3


def test_calls_that_change_while_it_is_sent_break_it_off() -> None:
    calls = list(CALLS)
    made = package(delivery(calls=lambda: calls))
    calls.pop()
    with pytest.raises(Gone):
        list(made.read())


def test_audio_that_was_altered_breaks_it_off() -> None:
    altered = replace(recording(), pieces=lambda: [bytes(len(AUDIO))])
    with pytest.raises(Gone):
        list(package(delivery(recordings=lambda: (altered,))).read())


@pytest.mark.parametrize(
    "path", ["../outside.wav", "/etc/passwd", "bordereau.html", "recordings/a\nb.wav"]
)
def test_a_recording_lies_nowhere_else_than_in_its_folder(path: str) -> None:
    with pytest.raises(IntegrityError):
        package(delivery(recordings=lambda: (recording(name=path),)))


def test_memory_does_not_grow_with_the_recordings() -> None:
    piece, count = bytes(256 * 1024), 160

    def pieces() -> Iterator[bytes]:
        return (piece for _ in range(count))

    file = measured("recordings/large.wav", pieces)
    large = DisclosedRecording(
        "appel-0001",
        "recordings/large.wav",
        "audio/wav",
        file.length,
        file.sha256,
        file.crc32,
        pieces,
    )
    sealed = package(delivery(recordings=lambda: (large,))).encrypted(
        AgeRecipient.parse(str(IDENTITY.to_public()))
    )
    tracemalloc.start()
    written = sum(map(len, sealed.read()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written == sealed.length > count * len(piece)
    assert peak < 4 * 1024**2
