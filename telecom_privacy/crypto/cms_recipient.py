"""The certificate of somebody to whom keys are encrypted: RSA, or an elliptic curve.

The content-encryption key is wrapped with RSA-OAEP (RFC 4055) or under a key agreed with an
ephemeral key (RFC 5753), SHA-256 throughout.
"""

from collections.abc import Callable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier, PublicKeyAlgorithmOID

from telecom_privacy.crypto import cms_envelope_syntax as syntax
from telecom_privacy.crypto import der
from telecom_privacy.crypto.certificates import MALFORMED
from telecom_privacy.crypto.cms_syntax import (
    SHA_256,
    AlgorithmIdentifier,
    IssuerAndSerialNumber,
)
from telecom_privacy.errors import Invalid

FIELD = "recipient_certificate"
"""The field that `Invalid` names."""

_LEAST_RSA_BITS = 2048
_LEAST_CURVE_BITS = 256
_KEY_BYTES = 32

_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.4"),  # files, as profiles for confidentiality say
    }
)
"""Of what a certificate may be for, that which means letters and files (RFC 5280 section
4.2.1.12). The key of a server or of a code signer lies where others use it."""

KeyWrapping = Callable[[bytes], bytes]


def wrapping_for(certificate: x509.Certificate, at: datetime) -> KeyWrapping:
    """Return what makes, of a key, the RecipientInfo (RFC 5652 section 6.2, DER) that carries it.

    Raises `Invalid` for a certificate that is not valid at `at`, is a certification authority's or
    for other purposes alone, or whose key is weak, is of another kind, or is not for encrypting to.
    """
    _require_in_force(certificate, at)
    _require_no_authority(certificate)
    _require_purpose(certificate)
    recipient = _identifier(certificate)
    match _public_key(certificate):
        case rsa.RSAPublicKey() as key:
            _require_usage(certificate, "key_encipherment")
            return _key_transport(key, recipient)
        case ec.EllipticCurvePublicKey() as key:
            _require_usage(certificate, "key_agreement")
            return _key_agreement(key, recipient)
        case _:
            raise refusal("Its key is neither RSA nor on an elliptic curve.")


def refusal(reason: str) -> Invalid:
    return Invalid({FIELD: [reason]})


def _public_key(certificate: x509.Certificate) -> object:
    """Return the key. Raises `Invalid` where it cannot be read, or is weak."""
    try:
        key = certificate.public_key()
    except MALFORMED as error:
        raise refusal("Its key cannot be read.") from error
    if isinstance(key, rsa.RSAPublicKey):
        # A key of RSASSA-PSS is for signatures only (RFC 4055 section 1.2).
        if certificate.public_key_algorithm_oid != PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5:
            raise refusal("Its RSA key is for signatures only.")
        if key.key_size < _LEAST_RSA_BITS:
            raise refusal(f"Its RSA key has less than {_LEAST_RSA_BITS} bits.")
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < _LEAST_CURVE_BITS:
        raise refusal(f"Its curve has less than {_LEAST_CURVE_BITS} bits.")
    return key


def _require_in_force(certificate: x509.Certificate, at: datetime) -> None:
    if at < certificate.not_valid_before_utc:
        raise refusal("It is not valid yet.")
    if at > certificate.not_valid_after_utc:
        raise refusal("It has expired.")


def _require_usage(certificate: x509.Certificate, usage: str) -> None:
    """Refuse a key that its certificate keeps to other uses (RFC 5280 section 4.2.1.3)."""
    try:
        allowed = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except MALFORMED as error:
        raise refusal("Its extensions cannot be read.") from error
    enciphers_only = allowed.key_agreement and allowed.encipher_only
    if not getattr(allowed, usage) or enciphers_only:
        raise refusal("Its key usage does not allow that anything is encrypted to it.")


def _require_purpose(certificate: x509.Certificate) -> None:
    """Refuse a certificate that names its purposes, and neither letters nor files among them."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    except MALFORMED as error:
        raise refusal("Its extensions cannot be read.") from error
    if not _PURPOSES & set(purposes):
        raise refusal("It is for other purposes than letters or files.")


def _require_no_authority(certificate: x509.Certificate) -> None:
    """Refuse a certificate that issues others: nobody reads letters with its key (RFC 5280
    section 4.2.1.9)."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return
    except MALFORMED as error:
        raise refusal("Its extensions cannot be read.") from error
    if constraints.ca:
        raise refusal("It is that of a certification authority.")


def _identifier(certificate: x509.Certificate) -> IssuerAndSerialNumber:
    issuer = asn1.decode_der(asn1.TLV, certificate.issuer.public_bytes())
    return IssuerAndSerialNumber(issuer=issuer, serial_number=certificate.serial_number)


def _key_transport(key: rsa.RSAPublicKey, recipient: IssuerAndSerialNumber) -> KeyWrapping:
    hashing = AlgorithmIdentifier(algorithm=SHA_256, parameters=asn1.Null())
    mask = syntax.MaskGeneration(algorithm=syntax.MASK_GENERATION_1, hash=hashing)
    parameters = syntax.OaepParameters(hash=hashing, mask_generation=mask)
    algorithm = syntax.OaepAlgorithm(algorithm=syntax.RSAES_OAEP, parameters=parameters)

    def wrap(content_key: bytes) -> bytes:
        encrypted = key.encrypt(content_key, OAEP(MGF1(SHA256()), SHA256(), None))
        transport = syntax.KeyTransport(
            version=0, recipient=recipient, algorithm=algorithm, encrypted_key=encrypted
        )
        return asn1.encode_der(transport)

    return wrap


def _key_agreement(key: ec.EllipticCurvePublicKey, recipient: IssuerAndSerialNumber) -> KeyWrapping:
    wrapping = AlgorithmIdentifier(algorithm=syntax.AES_256_WRAP, parameters=None)
    algorithm = syntax.KeyAgreementAlgorithm(algorithm=syntax.ECDH_SHA_256_KDF, wrapping=wrapping)
    shared = syntax.SharedInformation(
        wrapping=wrapping, key_bits=(8 * _KEY_BYTES).to_bytes(4, "big")
    )
    derivation = asn1.encode_der(shared)

    def wrap(content_key: bytes) -> bytes:
        ephemeral = ec.generate_private_key(key.curve)
        agreed = X963KDF(SHA256(), _KEY_BYTES, derivation).derive(
            ephemeral.exchange(ec.ECDH(), key)
        )
        encrypted = syntax.RecipientEncryptedKey(
            recipient=recipient, encrypted_key=aes_key_wrap(agreed, content_key)
        )
        return der.value(
            der.context(1, constructed=True),  # kari
            asn1.encode_der(3),
            _originator(ephemeral.public_key()),
            asn1.encode_der(algorithm),
            der.value(der.SEQUENCE, asn1.encode_der(encrypted)),
        )

    return wrap


def _originator(ephemeral: ec.EllipticCurvePublicKey) -> bytes:
    """Return the field `originator`: [0] around the choice [1], the public key itself."""
    point = ephemeral.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    algorithm = AlgorithmIdentifier(algorithm=syntax.EC_PUBLIC_KEY, parameters=None)
    public_key = asn1.BitString(point, 0)
    choice = der.value(
        der.context(1, constructed=True), asn1.encode_der(algorithm), asn1.encode_der(public_key)
    )
    return der.value(der.context(0, constructed=True), choice)
