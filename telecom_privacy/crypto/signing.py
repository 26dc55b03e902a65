"""Ed25519 signatures (RFC 8032)."""

import os
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from telecom_privacy.errors import ConfigurationError

SEED_BYTES = 32


class SigningKey:
    """A private key and the name that identifies it to verifiers together with its public key."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the 32-byte private seed of RFC 8032. Raises `ConfigurationError` otherwise."""
        if len(seed) != SEED_BYTES:
            raise ConfigurationError(f"a signing key has {SEED_BYTES} bytes, not {len(seed)}")
        if not name or "+" in name or name.split() != [name]:
            raise ConfigurationError("the name of a signing key has no spaces and no plus sign")
        self.name = name
        self.seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, name: str) -> Self:
        return cls(name, os.urandom(SEED_BYTES))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._key.sign(message)


def verify_signature(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether the owner of the 32-byte `public_key` signed; malformed input is just False."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
