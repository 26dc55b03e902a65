from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.crypto.certificates import CertifiedKey, load_certificates
from telecom_privacy.errors import ConfigurationError, IntegrityError

AT = datetime(2026, 10, 1, 8, 15, 2, 300_000, UTC)


def _pkcs8(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_generated_certificate_is_of_the_operator_for_ten_years_and_for_signatures_only() -> None:
    [certificate] = CertifiedKey.generate("Télécom & fils, SARL", AT).chain

    assert certificate.subject.rfc4514_string() == "CN=Télécom & fils\\, SARL"
    assert certificate.not_valid_before_utc < AT
    assert certificate.not_valid_after_utc.year == 2036
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment
    assert not usage.key_cert_sign
    certificate.verify_directly_issued_by(certificate)


@given(st.integers(0, 45 * 366), st.integers(0, 86_399))
def test_a_certificate_is_made_on_any_day(days: int, seconds: int) -> None:
    at = AT + timedelta(days, seconds)
    [certificate] = CertifiedKey.generate("operator", at).chain
    assert certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc


def test_a_key_comes_back_from_what_is_stored() -> None:
    made = CertifiedKey.generate("operator", AT)
    for certificate in (made.certificate, made.certificate_pem.encode()):
        loaded = CertifiedKey.load(made.private_key, certificate)
        assert loaded.private_key == made.private_key
        assert loaded.certificate == made.certificate


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_name_that_no_certificate_carries_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError):
        CertifiedKey.generate(name, AT)


def test_a_key_and_a_certificate_that_do_not_belong_together_are_refused() -> None:
    one, other = (CertifiedKey.generate("operator", AT) for _ in range(2))
    with pytest.raises(ConfigurationError, match="not that of"):
        CertifiedKey.load(one.private_key, other.certificate)


def test_other_keys_than_those_on_p256_are_refused() -> None:
    certificate = CertifiedKey.generate("operator", AT).certificate
    for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(ConfigurationError, match="P-256"):
            CertifiedKey.load(_pkcs8(key), certificate)


@pytest.mark.parametrize("junk", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\n"])
def test_junk_is_neither_a_key_nor_a_certificate(junk: bytes) -> None:
    made = CertifiedKey.generate("operator", AT)
    with pytest.raises(ConfigurationError):
        CertifiedKey.load(junk, made.certificate)
    with pytest.raises(ConfigurationError):
        CertifiedKey.load(made.private_key, junk)
    with pytest.raises(IntegrityError):
        load_certificates(junk)
