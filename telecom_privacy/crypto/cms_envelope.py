"""Encryption to an X.509 certificate: AuthEnvelopedData (CMS, RFC 5083) with AES-256-GCM.

All lengths are known before the first byte, so the content is encrypted as it passes and what
comes out is DER, also where the content is long.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.serialization import Encoding

from telecom_privacy.crypto import cms_envelope_syntax as syntax
from telecom_privacy.crypto import der
from telecom_privacy.crypto.certificates import load_certificates
from telecom_privacy.crypto.cms_recipient import KeyWrapping, refusal, wrapping_for
from telecom_privacy.crypto.cms_syntax import DATA
from telecom_privacy.crypto.recipients import of_length
from telecom_privacy.errors import IntegrityError, TooLarge

MOST_BYTES = 1 << 30
"""Programs that decrypt CMS hold all of it in memory, several times over, and can go no further
than a length of 31 bits; OpenSSL 3.0 reads none of 1.5 GiB."""

_TOO_LARGE = "more than 1 GiB, which readers of CMS cannot hold in memory: name an age recipient"
_VERSION = 0
_KEY_BYTES = 32
_NONCE_BYTES = 12  # RFC 5084 section 3.2
_TAG_BYTES = 16


class CertificateRecipient:
    """Whoever has the private key of a certificate (`recipients.Recipient`)."""

    media_type: Final = "application/pkcs7-mime; smime-type=authEnveloped-data"
    suffix: Final = ".p7m"

    def __init__(self, certificate: x509.Certificate, wrap: KeyWrapping) -> None:
        self._certificate = certificate
        self._wrap = wrap

    @classmethod
    def load(cls, certificate: bytes, at: datetime) -> Self:
        """Read a certificate, PEM or DER, that is to be used at `at`.

        Raises `Invalid` for the field `recipient_certificate`, see `cms_recipient.wrapping_for`.
        Whether it is really the recipient's is for a human to know.
        """
        try:
            found = load_certificates(certificate)
        except IntegrityError as error:
            raise refusal("Not an X.509 certificate, in PEM or DER.") from error
        if len(found) != 1:
            raise refusal("Give one certificate: that of the recipient.")
        return cls(found[0], wrapping_for(found[0], at))

    @property
    def name(self) -> str:
        return self._certificate.subject.rfc4514_string()

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in hexadecimal digits."""
        return hashlib.sha256(self._certificate.public_bytes(Encoding.DER)).hexdigest()

    def encrypted_length(self, length: int) -> int:
        """See `recipients.Recipient`. Raises `TooLarge` beyond `MOST_BYTES`."""
        head = self._head(bytes(_KEY_BYTES), bytes(_NONCE_BYTES), length)
        return len(head) + length + len(_tail(bytes(_TAG_BYTES)))

    def encrypt(self, pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
        """See `recipients.Recipient`. Raises `TooLarge` beyond `MOST_BYTES`."""
        key, nonce = os.urandom(_KEY_BYTES), os.urandom(_NONCE_BYTES)
        encryptor = Cipher(AES256(key), GCM(nonce)).encryptor()
        yield self._head(key, nonce, length)
        for piece in of_length(pieces, length):
            yield encryptor.update(piece)
        encryptor.finalize()
        yield _tail(encryptor.tag)

    def _head(self, key: bytes, nonce: bytes, length: int) -> bytes:
        """Return all that comes before the encrypted content of `length` bytes."""
        if length > MOST_BYTES:
            raise TooLarge(_TOO_LARGE)
        content = asn1.encode_der(DATA) + _algorithm(nonce)
        content += der.header(der.context(0, constructed=False), length)
        data = asn1.encode_der(_VERSION) + der.value(der.SET, self._wrap(key))
        data += der.header(der.SEQUENCE, len(content) + length) + content
        rest = length + len(_tail(bytes(_TAG_BYTES)))
        data = der.header(der.SEQUENCE, len(data) + rest) + data
        kind = asn1.encode_der(syntax.AUTH_ENVELOPED_DATA)
        kind += der.header(der.context(0, constructed=True), len(data) + rest)
        return der.header(der.SEQUENCE, len(kind) + len(data) + rest) + kind + data


def _algorithm(nonce: bytes) -> bytes:
    parameters = syntax.GcmParameters(nonce=nonce, tag_length=_TAG_BYTES)
    algorithm = syntax.GcmAlgorithm(algorithm=syntax.AES_256_GCM, parameters=parameters)
    return asn1.encode_der(algorithm)


def _tail(tag: bytes) -> bytes:
    """Return what comes after the encrypted content."""
    return asn1.encode_der(tag)
