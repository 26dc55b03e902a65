"""Detached signatures: what OpenSSL says of ours, and that nothing altered passes."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.crypto import cms
from telecom_privacy.crypto import cms_syntax as syntax
from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.errors import IntegrityError
from tests.programs import program

AT = datetime(2026, 10, 1, 8, 15, 2, 300_000, UTC)
CONTENT = b"a line\r\nanother\n"
SIGNER = CertifiedKey.generate("Télécom & fils, SARL", AT)


def openssl_verifies(
    folder: Path, signature: bytes, content: bytes, authority: str, *options: str
) -> bool:
    parts = {"signature.p7s": signature, "content": content, "authority.pem": authority.encode()}
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    command = "cms -verify -binary -inform DER -in signature.p7s -content content"
    command += " -CAfile authority.pem -out verified"
    done = subprocess.run(
        [program("openssl"), *command.split(), *options],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def certificate_authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    certificate = (
        builder.public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    return key, certificate


def issued(
    authority: ec.EllipticCurvePrivateKey, issuer: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> CertifiedKey:
    """The key with a certificate of the operator's own PKI, and its chain."""
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "operator")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=3650))
        .sign(authority, SHA256())
    )
    return CertifiedKey(key, [certificate, issuer])


def test_a_signature_says_who_signed_and_when() -> None:
    signed = cms.verify(cms.sign(CONTENT, SIGNER, AT), CONTENT)
    assert signed.certificate == SIGNER.certificate
    assert signed.name == "CN=Télécom & fils\\, SARL"
    assert signed.at == AT.replace(microsecond=0)


@pytest.mark.parametrize("options", [(), ("-cades",), ("-purpose", "any"), ("-x509_strict",)])
def test_openssl_takes_the_signature_and_not_that_of_other_bytes(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    signature, authority = cms.sign(CONTENT, SIGNER, AT), SIGNER.certificate_pem
    assert openssl_verifies(tmp_path, signature, CONTENT, authority, *options)
    assert not openssl_verifies(tmp_path, signature, CONTENT + b"x", authority, *options)
    other = CertifiedKey.generate("Télécom & fils, SARL", AT).certificate_pem
    assert not openssl_verifies(tmp_path, signature, CONTENT, other, *options)


def test_a_key_of_the_operators_own_authority_signs_with_its_chain(tmp_path: Path) -> None:
    authority, root = certificate_authority()
    signer = issued(authority, root, ec.generate_private_key(ec.SECP256R1()))
    signature = cms.sign(CONTENT, signer, AT)

    assert cms.verify(signature, CONTENT).certificate == signer.certificate
    trusted = CertifiedKey(authority, [root]).certificate_pem
    assert openssl_verifies(tmp_path, signature, CONTENT, trusted, "-cades")


@given(st.binary(max_size=200), st.integers(0, 3650))
def test_any_content_is_signed_on_any_day_of_the_certificate(content: bytes, days: int) -> None:
    at = AT + timedelta(days)
    signed = cms.verify(cms.sign(content, SIGNER, at), content)
    assert signed.at == at.replace(microsecond=0)


def test_times_after_2049_are_written_in_full(tmp_path: Path) -> None:
    at = AT.replace(year=2051)
    signer = CertifiedKey.generate("operator", at)
    signature = cms.sign(CONTENT, signer, at)
    assert cms.verify(signature, CONTENT).at == at.replace(microsecond=0)
    moment = str(int(at.timestamp()))
    assert openssl_verifies(
        tmp_path, signature, CONTENT, signer.certificate_pem, "-attime", moment, "-cades"
    )


def altered(signature: bytes) -> Iterator[bytes]:
    """The signature with any one of its bytes changed, cut, lengthened."""
    for at in range(len(signature)):
        for change in (0x01, 0x80):
            yield signature[:at] + bytes([signature[at] ^ change]) + signature[at + 1 :]
        yield signature[:at]
    yield signature + b"\0"


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_no_altered_signature_passes() -> None:
    for one in altered(cms.sign(CONTENT, SIGNER, AT)):
        with pytest.raises(IntegrityError):
            cms.verify(one, CONTENT)


def test_other_content_and_junk_do_not_pass() -> None:
    signature = cms.sign(CONTENT, SIGNER, AT)
    for content in (b"", CONTENT[:-1], CONTENT + b"\n", CONTENT.replace(b"\r\n", b"\n")):
        with pytest.raises(IntegrityError, match="another content"):
            cms.verify(signature, content)


def test_a_signature_under_a_certificate_that_was_not_valid_then_does_not_pass() -> None:
    for at in (AT - timedelta(days=2), AT + timedelta(days=4000)):
        with pytest.raises(IntegrityError, match="not valid"):
            cms.verify(cms.sign(CONTENT, SIGNER, at), CONTENT)


def test_another_certificate_of_the_same_key_cannot_take_the_place_of_the_signers() -> None:
    own, other = (issued(*certificate_authority(), SIGNER.key) for _ in range(2))
    signed = asn1.decode_der(syntax.ContentInfo, cms.sign(CONTENT, own, AT))
    signed.content.certificates = asn1.SetOf(list(other.chain))
    with pytest.raises(IntegrityError, match="does not carry the certificate"):
        cms.verify(asn1.encode_der(signed), CONTENT)


def test_attributes_are_there_once_each() -> None:
    signed = asn1.decode_der(syntax.ContentInfo, cms.sign(CONTENT, SIGNER, AT))
    [signer] = signed.content.signers.as_list()
    attributes = signer.attributes.as_list()
    for wrong in (attributes[1:], [*attributes, attributes[0]], []):
        signer.attributes = asn1.SetOf(wrong)
        with pytest.raises(IntegrityError, match="attribute"):
            cms.verify(asn1.encode_der(signed), CONTENT)


def test_two_signers_and_none_are_refused() -> None:
    signed = asn1.decode_der(syntax.ContentInfo, cms.sign(CONTENT, SIGNER, AT))
    [signer] = signed.content.signers.as_list()
    for wrong in ([], [signer, signer]):
        signed.content.signers = asn1.SetOf(wrong)
        with pytest.raises(IntegrityError, match="one signer"):
            cms.verify(asn1.encode_der(signed), CONTENT)
