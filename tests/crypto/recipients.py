"""Certificates of recipients, with their keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

NOW = datetime.now(UTC).replace(microsecond=0)
"""OpenSSL compares with the time that it is."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Holder:
    """Whoever has the private key of a certificate, both PEM."""

    certificate: bytes
    key: bytes

    def write(self, folder: Path) -> None:
        (folder / "certificate.pem").write_bytes(self.certificate)
        (folder / "key.pem").write_bytes(self.key)


def holder(
    key: Key,
    *usages: str,
    start: datetime = NOW - timedelta(days=1),
    end: datetime = NOW + timedelta(days=1),
    is_authority: bool = False,
    purposes: Sequence[str] = (),
) -> Holder:
    """Make a certificate, with extensions of key usage and of purposes if any are named."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Brigade de recherches")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    if is_authority:
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        builder = builder.add_extension(constraints, critical=True)
    if usages:
        builder = builder.add_extension(_usage(usages), critical=True)
    if purposes:
        named = [ObjectIdentifier(one) for one in purposes]
        builder = builder.add_extension(x509.ExtendedKeyUsage(named), critical=False)
    signer = ec.generate_private_key(ec.SECP256R1())  # anybody's: it is not what is tested
    certificate = builder.sign(signer, SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Holder(certificate.public_bytes(Encoding.PEM), private)


def _usage(usages: tuple[str, ...]) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in usages for name in names})
