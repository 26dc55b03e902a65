"""The ASN.1 of authenticated enveloped data (CMS, RFC 5083) as far as we write it."""

from typing import Annotated, Final

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from telecom_privacy.crypto.cms_syntax import AlgorithmIdentifier, IssuerAndSerialNumber

AUTH_ENVELOPED_DATA: Final = ObjectIdentifier("1.2.840.113549.1.9.16.1.23")
AES_256_GCM: Final = ObjectIdentifier("2.16.840.1.101.3.4.1.46")
AES_256_WRAP: Final = ObjectIdentifier("2.16.840.1.101.3.4.1.45")
RSAES_OAEP: Final = ObjectIdentifier("1.2.840.113549.1.1.7")
MASK_GENERATION_1: Final = ObjectIdentifier("1.2.840.113549.1.1.8")
EC_PUBLIC_KEY: Final = ObjectIdentifier("1.2.840.10045.2.1")
ECDH_SHA_256_KDF: Final = ObjectIdentifier("1.3.132.1.11.1")


@asn1.sequence
class GcmParameters:
    """RFC 5084 section 3.2."""

    nonce: bytes
    tag_length: int


@asn1.sequence
class GcmAlgorithm:
    algorithm: ObjectIdentifier
    parameters: GcmParameters


@asn1.sequence
class MaskGeneration:
    """RFC 4055 section 2.2."""

    algorithm: ObjectIdentifier
    hash: AlgorithmIdentifier


@asn1.sequence
class OaepParameters:
    """RFC 4055 section 4.1, with the label that it has where none is said."""

    hash: Annotated[AlgorithmIdentifier, asn1.Explicit(0)]
    mask_generation: Annotated[MaskGeneration, asn1.Explicit(1)]


@asn1.sequence
class OaepAlgorithm:
    algorithm: ObjectIdentifier
    parameters: OaepParameters


@asn1.sequence
class KeyTransport:
    """KeyTransRecipientInfo of RFC 5652 section 6.2.1."""

    version: int
    recipient: IssuerAndSerialNumber
    algorithm: OaepAlgorithm
    encrypted_key: bytes


@asn1.sequence
class OriginatorPublicKey:
    """RFC 5652 section 6.2.2; the curve is the recipient's (RFC 5753 section 3.1.1)."""

    algorithm: AlgorithmIdentifier
    public_key: asn1.BitString


@asn1.sequence
class KeyAgreementAlgorithm:
    """RFC 5753 section 7.1.4: `wrapping` is what the agreed key does."""

    algorithm: ObjectIdentifier
    wrapping: AlgorithmIdentifier


@asn1.sequence
class RecipientEncryptedKey:
    """RFC 5652 section 6.2.2."""

    recipient: IssuerAndSerialNumber
    encrypted_key: bytes


@asn1.sequence
class SharedInformation:
    """ECC-CMS-SharedInfo of RFC 5753 section 7.2, without keying material of the originator."""

    wrapping: AlgorithmIdentifier
    key_bits: Annotated[bytes, asn1.Explicit(2)]
