"""Signing keys on P-256 with the X.509 certificate (RFC 5280) that says whose they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from telecom_privacy.errors import ConfigurationError, IntegrityError

VALIDITY_YEARS = 10

MALFORMED = (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm)
"""What reading a key or certificate raises, whatever is wrong with it."""

_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_LONGEST_COMMON_NAME = 64  # RFC 5280 appendix A.1, ub-common-name
_CLOCKS_DIFFER = timedelta(days=1)
_PEM = b"-----BEGIN "


class CertifiedKey:
    """A private key with its certificate and, from an operator's own PKI, those above it."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, chain: Sequence[x509.Certificate]) -> None:
        """Take the signer's certificate first. Raises `ConfigurationError` if it is not the key's.

        The key has to be on P-256.
        """
        if not isinstance(key.curve, ec.SECP256R1):
            raise ConfigurationError("the signing key of packages is not on the curve P-256")
        if not chain or chain[0].public_key() != key.public_key():
            raise ConfigurationError("the first certificate is not that of the signing key")
        self.key = key
        self.chain = tuple(chain)

    @classmethod
    def generate(cls, name: str, at: datetime) -> Self:
        """Make a new key and a self-signed certificate of `name` for `VALIDITY_YEARS` from `at`."""
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, [_self_signed(key, name, at)])

    @classmethod
    def load(cls, private_key: bytes, certificates: bytes) -> Self:
        """Read a key (PKCS #8, not encrypted) and certificates, each in PEM or DER.

        Raises `ConfigurationError`.
        """
        try:
            load_key = load_pem_private_key if _PEM in private_key else load_der_private_key
            key = load_key(private_key, password=None)
            chain = load_certificates(certificates)
        except (*MALFORMED, IntegrityError) as error:
            raise ConfigurationError("not a signing key with its certificate") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ConfigurationError("the signing key of packages is not on the curve P-256")
        return cls(key, chain)

    @property
    def private_key(self) -> bytes:
        """The key in PKCS #8, DER, not encrypted: to be sealed before it is stored."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, DER."""
        return self.chain[0].public_bytes(Encoding.DER)

    @property
    def certificate_pem(self) -> str:
        """The signer's certificate and those above it, PEM."""
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in self.chain)


def load_certificates(data: bytes) -> list[x509.Certificate]:
    """Read one certificate in DER, or any number in PEM. Raises `IntegrityError`."""
    try:
        if _PEM in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except MALFORMED as error:
        raise IntegrityError("not an X.509 certificate") from error


def is_among(certificate: bytes, trusted: bytes) -> bool:
    """Tell whether a certificate (DER) is one of `trusted` (PEM or DER).

    Raises `IntegrityError` if these are none.
    """
    return any(one.public_bytes(Encoding.DER) == certificate for one in load_certificates(trusted))


def _self_signed(key: ec.EllipticCurvePrivateKey, name: str, at: datetime) -> x509.Certificate:
    subject = _subject(name)
    start = at.replace(microsecond=0) - _CLOCKS_DIFFER
    # A verifier that is given the certificate trusts it itself: it is no authority for others.
    # OpenSSL takes a CMS signature only of certificates for e-mail or for any purpose.
    purposes = [_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(_years_after(start))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signatures_only(), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _subject(name: str) -> x509.Name:
    """Raise `ConfigurationError` for a name that no certificate can carry."""
    try:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    except ValueError as error:
        raise ConfigurationError(
            f"the name of a certificate has 1 to {_LONGEST_COMMON_NAME} characters"
        ) from error


def _signatures_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _years_after(start: datetime) -> datetime:
    try:
        return start.replace(year=start.year + VALIDITY_YEARS)
    except ValueError:  # 29 February
        return start.replace(year=start.year + VALIDITY_YEARS, day=28)
