"""Encryption to certificates, opened by OpenSSL."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from telecom_privacy.crypto.cms_envelope import MOST_BYTES, CertificateRecipient
from telecom_privacy.errors import Gone, Invalid, TooLarge
from tests.crypto.recipients import NOW, Holder, Key, holder
from tests.programs import program

RSA = rsa.generate_private_key(65537, 2048)
WEAK_RSA = rsa.generate_private_key(65537, 1024)  # noqa: S505  # to be refused
P_256 = ec.generate_private_key(ec.SECP256R1())
KEYS: dict[str, Key] = {
    "RSA": RSA,
    "P-256": P_256,
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "brainpool": ec.generate_private_key(ec.BrainpoolP256R1()),
}
CONTENT = bytes(range(256)) * 600


def encrypted(of: Holder, content: bytes) -> bytes:
    recipient = CertificateRecipient.load(of.certificate, NOW)
    pieces = (content[start : start + 4096] for start in range(0, len(content), 4096))
    result = b"".join(recipient.encrypt(pieces, len(content)))
    assert len(result) == recipient.encrypted_length(len(content))
    return result


def opened(of: Holder, message: bytes, folder: Path) -> tuple[bool, bytes]:
    """Whether OpenSSL says that it is well, and what it wrote."""
    of.write(folder)
    (folder / "message").write_bytes(message)
    files = "-in message -inkey key.pem -recip certificate.pem -out out"
    command = [program("openssl"), *f"cms -decrypt -binary -inform DER {files}".split()]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    written = folder / "out"
    return done.returncode == 0, written.read_bytes() if written.exists() else b""


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("length", [0, 1, len(CONTENT)])
def test_openssl_opens_it(kind: str, length: int, tmp_path: Path) -> None:
    of = holder(KEYS[kind])
    assert opened(of, encrypted(of, CONTENT[:length]), tmp_path) == (True, CONTENT[:length])


@pytest.mark.parametrize("kind", ["RSA", "P-256"])
def test_openssl_finds_a_flipped_byte_but_writes_something_all_the_same(
    kind: str, tmp_path: Path
) -> None:
    of = holder(KEYS[kind])
    message = bytearray(encrypted(of, CONTENT))
    message[len(message) // 2] ^= 1
    is_well, written = opened(of, bytes(message), tmp_path)
    assert not is_well
    assert written  # which is why docs/disclosure_package.md says what to look at


@pytest.mark.parametrize("kind", ["RSA", "P-256"])
def test_somebody_else_cannot_open_it(kind: str, tmp_path: Path) -> None:
    message = encrypted(holder(KEYS[kind]), CONTENT)
    is_well, written = opened(holder(KEYS["P-384"]), message, tmp_path)
    assert not is_well
    assert CONTENT[:64] not in written


@pytest.mark.parametrize("kind", ["RSA", "P-256"])
def test_the_same_content_is_another_message_each_time(kind: str) -> None:
    of = holder(KEYS[kind])
    assert encrypted(of, CONTENT) != encrypted(of, CONTENT)


@pytest.mark.parametrize("kind", ["RSA", "P-256"])
def test_what_is_in_the_message_is_aes_256_gcm_with_sha_256(kind: str, tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(encrypted(holder(KEYS[kind]), CONTENT))
    command = [program("openssl"), "asn1parse", "-inform", "DER", "-in", "message"]
    shown = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert ":id-smime-ct-authEnvelopedData" in shown
    assert ":aes-256-gcm" in shown
    wrapped = {"RSA": (":rsaesOaep", ":sha256"), "P-256": ("-sha256kdf-scheme", ":id-aes256-wrap")}
    assert all(name in shown for name in wrapped[kind])


def test_the_recipient_says_whose_it_is() -> None:
    recipient = CertificateRecipient.load(holder(P_256).certificate, NOW)
    assert recipient.name == "CN=Brigade de recherches"
    assert len(recipient.fingerprint) == 64


REFUSED: dict[str, Callable[[], Holder]] = {
    "It has expired.": lambda: holder(P_256, end=NOW - timedelta(seconds=1)),
    "It is not valid yet.": lambda: holder(P_256, start=NOW + timedelta(seconds=1)),
    "Its RSA key has less than 2048 bits.": lambda: holder(WEAK_RSA),
    "Its curve has less than 256 bits.": lambda: holder(ec.generate_private_key(ec.SECP224R1())),
    "Its key is neither RSA nor on an elliptic curve.": lambda: holder(
        ed25519.Ed25519PrivateKey.generate()
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_certificate_that_protects_nothing_is_refused(reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        CertificateRecipient.load(REFUSED[reason]().certificate, NOW)
    assert refusal.value.errors == {"recipient_certificate": [reason]}


@pytest.mark.parametrize(
    ("key", "usages"),
    [
        (RSA, ("digital_signature",)),
        (RSA, ("key_agreement",)),
        (P_256, ("digital_signature", "content_commitment")),
        (P_256, ("key_encipherment",)),
        (P_256, ("key_agreement", "encipher_only")),
    ],
)
def test_a_certificate_for_other_uses_is_refused(key: Key, usages: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        CertificateRecipient.load(holder(key, *usages).certificate, NOW)
    assert "key usage" in str(refusal.value.errors)


@pytest.mark.parametrize(("key", "usage"), [(RSA, "key_encipherment"), (P_256, "key_agreement")])
def test_a_certificate_that_is_for_encrypting_is_taken(
    key: Key, usage: str, tmp_path: Path
) -> None:
    of = holder(key, usage)
    assert opened(of, encrypted(of, CONTENT), tmp_path) == (True, CONTENT)


@pytest.mark.parametrize(("key", "usage"), [(RSA, "key_encipherment"), (P_256, "key_agreement")])
def test_a_certificate_of_a_certification_authority_is_refused(key: Key, usage: str) -> None:
    with pytest.raises(Invalid) as refusal:
        CertificateRecipient.load(holder(key, usage, is_authority=True).certificate, NOW)
    assert "authority" in str(refusal.value.errors)


@pytest.mark.parametrize("purpose", ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3"])
def test_a_certificate_of_a_server_or_a_code_signer_is_refused(purpose: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(Invalid) as refusal:
        CertificateRecipient.load(holder(key, purposes=[purpose]).certificate, NOW)
    assert "purposes" in str(refusal.value.errors)


@pytest.mark.parametrize("purpose", ["1.3.6.1.5.5.7.3.4", "2.5.29.37.0", "1.3.6.1.4.1.311.10.3.4"])
def test_a_certificate_for_letters_files_or_anything_is_taken(purpose: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    purposes = ["1.3.6.1.5.5.7.3.1", purpose]
    assert CertificateRecipient.load(holder(key, purposes=purposes).certificate, NOW).fingerprint


def test_what_is_not_one_certificate_is_refused() -> None:
    one = holder(P_256).certificate
    for given in (b"", b"-----BEGIN CERTIFICATE-----\n", one + holder(P_256).certificate):
        with pytest.raises(Invalid):
            CertificateRecipient.load(given, NOW)


def test_what_readers_cannot_hold_in_memory_is_refused_before_anything_is_encrypted() -> None:
    recipient = CertificateRecipient.load(holder(P_256).certificate, NOW)
    with pytest.raises(TooLarge):
        recipient.encrypted_length(MOST_BYTES + 1)
    with pytest.raises(TooLarge):
        next(recipient.encrypt(iter(()), MOST_BYTES + 1))


@pytest.mark.parametrize("length", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_content_of_another_length_than_said_is_never_a_whole_message(length: int) -> None:
    recipient = CertificateRecipient.load(holder(P_256).certificate, NOW)
    with pytest.raises(Gone):
        list(recipient.encrypt([CONTENT], length))
