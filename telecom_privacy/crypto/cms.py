"""Detached signatures: CAdES-BES (ETSI EN 319 122-1) in CMS (RFC 5652), ECDSA P-256 with SHA-256.

The certificate of the signer is bound by its hash (ESS signing-certificate-v2, RFC 5035).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from telecom_privacy.crypto import cms_syntax as syntax
from telecom_privacy.crypto.certificates import MALFORMED, CertifiedKey
from telecom_privacy.errors import IntegrityError

_VERSION = 1
_UTC_TIME = b"\x17"
_FIRST_GENERALIZED_YEAR = 2050  # RFC 5652 section 11.3
_SIGNED_ATTRIBUTES = {
    syntax.CONTENT_TYPE,
    syntax.SIGNING_TIME,
    syntax.MESSAGE_DIGEST,
    syntax.SIGNING_CERTIFICATE_V2,
}

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class SignedBy:
    """By whose certificate (DER) something was signed, and when the signer says it was."""

    certificate: bytes
    name: str
    at: datetime

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in hexadecimal digits."""
        return hashlib.sha256(self.certificate).hexdigest()


def sign(content: bytes, signer: CertifiedKey, at: datetime) -> bytes:
    """Return the detached signature over `content`, DER; `at` is the time that it states."""
    certificate = signer.chain[0]
    attributes = asn1.SetOf(
        [
            _attribute(syntax.CONTENT_TYPE, syntax.DATA),
            _attribute(syntax.SIGNING_TIME, _time(at)),
            _attribute(syntax.MESSAGE_DIGEST, hashlib.sha256(content).digest()),
            _attribute(syntax.SIGNING_CERTIFICATE_V2, _reference(certificate)),
        ]
    )
    information = syntax.SignerInfo(
        version=_VERSION,
        signer=_identifier(certificate),
        digest_algorithm=_algorithm(syntax.SHA_256),
        attributes=attributes,
        signature_algorithm=_algorithm(syntax.ECDSA_WITH_SHA_256),
        signature=signer.key.sign(asn1.encode_der(attributes), ec.ECDSA(SHA256())),
    )
    return asn1.encode_der(_signed_data(information, signer.chain))


def verify(signature: bytes, content: bytes) -> SignedBy:
    """Check a signature that `sign` made over `content`; says whose certificate it carries.

    Whether that certificate is to be trusted is for the caller to tell. Raises `IntegrityError`.
    """
    try:
        return _verified(asn1.decode_der(syntax.ContentInfo, signature), content)
    except (*MALFORMED, LookupError) as error:
        raise IntegrityError("not a detached signature in CMS") from error


def _signed_data(
    information: syntax.SignerInfo, chain: Sequence[x509.Certificate]
) -> syntax.ContentInfo:
    data = syntax.SignedData(
        version=_VERSION,
        digest_algorithms=asn1.SetOf([_algorithm(syntax.SHA_256)]),
        content=syntax.EncapsulatedContentInfo(content_type=syntax.DATA),
        certificates=asn1.SetOf(list(chain)),
        signers=asn1.SetOf([information]),
    )
    return syntax.ContentInfo(content_type=syntax.SIGNED_DATA, content=data)


def _identifier(certificate: x509.Certificate) -> syntax.IssuerAndSerialNumber:
    issuer = asn1.decode_der(asn1.TLV, certificate.issuer.public_bytes())
    return syntax.IssuerAndSerialNumber(issuer=issuer, serial_number=certificate.serial_number)


def _reference(certificate: x509.Certificate) -> syntax.SigningCertificate:
    identified = syntax.EssCertId(hash=certificate.fingerprint(SHA256()))
    return syntax.SigningCertificate(certificates=[identified])


def _attribute(kind: x509.ObjectIdentifier, value: Any) -> syntax.Attribute:
    encoded = asn1.decode_der(asn1.TLV, asn1.encode_der(value))
    return syntax.Attribute(type=kind, values=asn1.SetOf([encoded]))


def _algorithm(algorithm: x509.ObjectIdentifier) -> syntax.AlgorithmIdentifier:
    return syntax.AlgorithmIdentifier(algorithm=algorithm, parameters=None)


def _time(at: datetime) -> asn1.UTCTime | asn1.GeneralizedTime:
    at = at.astimezone(UTC).replace(microsecond=0)
    return asn1.UTCTime(at) if at.year < _FIRST_GENERALIZED_YEAR else asn1.GeneralizedTime(at)


def _verified(signed: syntax.ContentInfo, content: bytes) -> SignedBy:
    data = signed.content
    information = _only(data.signers.as_list())
    attributes = _attributes(information)
    _check_kinds(signed, information, attributes)
    if attributes[syntax.MESSAGE_DIGEST].parse(bytes) != hashlib.sha256(content).digest():
        raise IntegrityError("the signature is over another content")
    reference = attributes[syntax.SIGNING_CERTIFICATE_V2].parse(syntax.SigningCertificate)
    certificate = _certificate(reference, information.signer, data.certificates.as_list())
    _check_signature(certificate, information)
    at = _stated_time(attributes[syntax.SIGNING_TIME])
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise IntegrityError("the signature was made while its certificate was not valid")
    name = certificate.subject.rfc4514_string()
    return SignedBy(certificate.public_bytes(Encoding.DER), name, at)


def _attributes(information: syntax.SignerInfo) -> Mapping[x509.ObjectIdentifier, asn1.TLV]:
    listed = information.attributes.as_list()
    found = {one.type: _only(one.values.as_list()) for one in listed}
    if len(found) != len(listed) or not found.keys() >= _SIGNED_ATTRIBUTES:
        raise IntegrityError("the signature lacks a signed attribute, or has one twice")
    return found


def _check_kinds(
    signed: syntax.ContentInfo,
    information: syntax.SignerInfo,
    attributes: Mapping[x509.ObjectIdentifier, asn1.TLV],
) -> None:
    data = signed.content
    digests = [one.algorithm for one in data.digest_algorithms.as_list()]
    kinds = (
        (signed.content_type, syntax.SIGNED_DATA),
        (data.version, _VERSION),
        (information.version, _VERSION),
        (data.content.content_type, syntax.DATA),
        (attributes[syntax.CONTENT_TYPE].parse(x509.ObjectIdentifier), syntax.DATA),
        (digests, [syntax.SHA_256]),
        (information.digest_algorithm.algorithm, syntax.SHA_256),
        (information.signature_algorithm.algorithm, syntax.ECDSA_WITH_SHA_256),
    )
    if any(found != expected for found, expected in kinds):
        raise IntegrityError("the signature is of another kind than detached CAdES with ECDSA")


def _certificate(
    reference: syntax.SigningCertificate,
    signer: syntax.IssuerAndSerialNumber,
    certificates: Sequence[x509.Certificate],
) -> x509.Certificate:
    """Return the certificate whose hash was signed and that the signer is identified by."""
    wanted = reference.certificates[0].hash
    found = next((one for one in certificates if one.fingerprint(SHA256()) == wanted), None)
    if found is None or asn1.encode_der(_identifier(found)) != asn1.encode_der(signer):
        raise IntegrityError("the signature does not carry the certificate it was made under")
    return found


def _check_signature(certificate: x509.Certificate, information: syntax.SignerInfo) -> None:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise IntegrityError("the certificate of the signature is not for ECDSA")
    try:
        signed = asn1.encode_der(information.attributes)
        key.verify(information.signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise IntegrityError("the signature is wrong") from error


def _stated_time(value: asn1.TLV) -> datetime:
    kind = asn1.UTCTime if value.tag_bytes == _UTC_TIME else asn1.GeneralizedTime
    stated: asn1.UTCTime | asn1.GeneralizedTime = value.parse(kind)
    return stated.as_datetime()


def _only(items: Sequence[_Item]) -> _Item:
    """Raise `IntegrityError` unless there is exactly one."""
    if len(items) != 1:
        raise IntegrityError("the signature has not one signer, or an attribute not one value")
    return items[0]
