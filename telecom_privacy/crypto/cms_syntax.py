"""The ASN.1 of signed data (CMS, RFC 5652) as far as our signatures use it, for DER.

A structure that holds anything else cannot be read as these.
"""

from typing import Annotated, Final

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.1")
SIGNED_DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.2")
CONTENT_TYPE: Final = ObjectIdentifier("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = ObjectIdentifier("1.2.840.113549.1.9.4")
SIGNING_TIME: Final = ObjectIdentifier("1.2.840.113549.1.9.5")
SIGNING_CERTIFICATE_V2: Final = ObjectIdentifier("1.2.840.113549.1.9.16.2.47")
SHA_256: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
ECDSA_WITH_SHA_256: Final = ObjectIdentifier("1.2.840.10045.4.3.2")


@asn1.sequence
class AlgorithmIdentifier:
    """RFC 5280 section 4.1.1.2; both of our algorithms have no parameters, or NULL."""

    algorithm: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class Attribute:
    """Section 5.3."""

    type: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class IssuerAndSerialNumber:
    """Section 10.2.4."""

    issuer: asn1.TLV
    serial_number: int


@asn1.sequence
class SignerInfo:
    """Section 5.3, without unsigned attributes."""

    version: int
    signer: IssuerAndSerialNumber
    digest_algorithm: AlgorithmIdentifier
    attributes: Annotated[asn1.SetOf[Attribute], asn1.Implicit(0)]
    signature_algorithm: AlgorithmIdentifier
    signature: bytes


@asn1.sequence
class EncapsulatedContentInfo:
    """Section 5.2, without the content: the signature is detached."""

    content_type: ObjectIdentifier


@asn1.sequence
class SignedData:
    """Section 5.1, without revocation lists."""

    version: int
    digest_algorithms: asn1.SetOf[AlgorithmIdentifier]
    content: EncapsulatedContentInfo
    certificates: Annotated[asn1.SetOf[x509.Certificate], asn1.Implicit(0)]
    signers: asn1.SetOf[SignerInfo]


@asn1.sequence
class ContentInfo:
    """Section 3."""

    content_type: ObjectIdentifier
    content: Annotated[SignedData, asn1.Explicit(0)]


@asn1.sequence
class EssCertId:
    """ESSCertIDv2 of RFC 5035 section 4; its hash is SHA-256, the default, which DER leaves out."""

    hash: bytes


@asn1.sequence
class SigningCertificate:
    """SigningCertificateV2 of RFC 5035 section 3."""

    certificates: list[EssCertId]
