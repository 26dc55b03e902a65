"""AES-256-GCM with a random nonce: `nonce (12) | ciphertext | tag (16)`."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import IntegrityError

_NONCE_BYTES = 12


def seal(key: bytes, plaintext: bytes, binding: Binding) -> bytes:
    """Encrypt `plaintext` so that it opens only under `key` and at the place of `binding`."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, binding.encode())


def open_sealed(key: bytes, sealed: bytes, binding: Binding) -> bytes:
    """Decrypt what `seal` made. Raises `IntegrityError` if anything about it differs."""
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, binding.encode())
    except (InvalidTag, ValueError) as error:
        raise IntegrityError("stored bytes do not authenticate") from error
