"""Encryption to an X25519 recipient in the format of age (https://age-encryption.org/v1).

A random file key is wrapped for the recipient in a textual header that is authenticated; the
payload follows in chunks of 64 KiB, each under ChaCha20-Poly1305, the last one marked as such.
"""

import base64
import os
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telecom_privacy.crypto import bech32
from telecom_privacy.crypto.recipients import of_length
from telecom_privacy.errors import Invalid

_PREFIX = "age"
_VERSION = b"age-encryption.org/v1"
_FILE_KEY_BYTES = 16
_NONCE_BYTES = 16
_CHUNK_BYTES = 64 * 1024
_TAG_BYTES = 16
_ONCE = bytes(12)
"""The nonce under which a key that is derived anew each time wraps one file key."""


class AgeRecipient:
    """A public key as `age-keygen` prints it (`recipients.Recipient`)."""

    media_type: Final = "application/octet-stream"
    suffix: Final = ".age"

    def __init__(self, text: str, key: X25519PublicKey) -> None:
        self.name = text
        self._key = key

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `age1…`. Raises `Invalid` for the field `age_recipient`."""
        text = text.strip()
        try:
            prefix, octets = bech32.decode(text)
            key = X25519PublicKey.from_public_bytes(octets)
            X25519PrivateKey.generate().exchange(key)  # fails for points of low order
        except ValueError as error:
            raise _refusal() from error
        if prefix != _PREFIX:
            raise _refusal()
        return cls(text.lower(), key)

    @property
    def fingerprint(self) -> str:
        """The recipient itself: it is short enough to be read out."""
        return self.name

    def encrypted_length(self, length: int) -> int:
        """See `recipients.Recipient`."""
        return len(self._header(bytes(_FILE_KEY_BYTES))) + _NONCE_BYTES + _payload_length(length)

    def encrypt(self, pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
        """See `recipients.Recipient`."""
        file_key, nonce = os.urandom(_FILE_KEY_BYTES), os.urandom(_NONCE_BYTES)
        yield self._header(file_key) + nonce
        yield from _payload(_derived(file_key, nonce, b"payload"), of_length(pieces, length))

    def _header(self, file_key: bytes) -> bytes:
        ephemeral = X25519PrivateKey.generate()
        share, recipient = ephemeral.public_key().public_bytes_raw(), self._key.public_bytes_raw()
        wrapping = _derived(ephemeral.exchange(self._key), share + recipient, _VERSION + b"/X25519")
        wrapped = ChaCha20Poly1305(wrapping).encrypt(_ONCE, file_key, None)
        lines = (_VERSION, b"-> X25519 " + _base64(share), _base64(wrapped), b"---")
        header = b"\n".join(lines)
        authentication = HMAC(_derived(file_key, b"", b"header"), SHA256())
        authentication.update(header)
        return header + b" " + _base64(authentication.finalize()) + b"\n"


def _payload(key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt all chunks but the last when more is known to follow."""
    aead, waiting, number = ChaCha20Poly1305(key), bytearray(), count()
    for piece in pieces:
        waiting += piece
        while len(waiting) > _CHUNK_BYTES:
            yield aead.encrypt(_nonce(next(number), 0), bytes(waiting[:_CHUNK_BYTES]), None)
            del waiting[:_CHUNK_BYTES]
    yield aead.encrypt(_nonce(next(number), 1), bytes(waiting), None)


def _payload_length(length: int) -> int:
    chunks = max(1, -(-length // _CHUNK_BYTES))
    return length + chunks * _TAG_BYTES


def _nonce(number: int, last: int) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=purpose).derive(key)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _refusal() -> Invalid:
    return Invalid({"age_recipient": ["Not a recipient of age (age1…)."]})
