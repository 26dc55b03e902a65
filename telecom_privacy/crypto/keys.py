"""Keys that commit, and what is derived from them.

A *secret* of 32 random bytes is what is wrapped and stored. HKDF-SHA256 stretches it to 64 bytes:
the first half is the key that encrypts, the second a commitment stored in clear beside the wrapped
secret. AES-GCM alone does not commit: without this a ciphertext could be made that opens under
two keys (docs/formats.md).
"""

import os
from dataclasses import dataclass, field
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from telecom_privacy.errors import IntegrityError

SECRET_BYTES = 32
_KEY_INFO = b"telecom-privacy/key/v1"


@dataclass(frozen=True, slots=True)
class CommittedKey:
    """A usable 32-byte key with its 32-byte commitment."""

    key: bytes = field(repr=False)
    commitment: bytes

    @classmethod
    def from_secret(cls, secret: bytes) -> "CommittedKey":
        stretched = HKDF(SHA256(), 2 * SECRET_BYTES, salt=None, info=_KEY_INFO).derive(secret)
        return cls(stretched[:SECRET_BYTES], stretched[SECRET_BYTES:])

    @classmethod
    def from_stored(cls, secret: bytes, commitment: bytes) -> "CommittedKey":
        """Raise `IntegrityError` unless `secret` is the one that `commitment` was stored for."""
        key = cls.from_secret(secret)
        if not compare_digest(key.commitment, commitment):
            raise IntegrityError("a stored key is not the one that was committed to")
        return key


def new_secret() -> bytes:
    return os.urandom(SECRET_BYTES)


def subkey(key: bytes, purpose: str) -> bytes:
    """Derive a 32-byte key for one purpose.

    Not everything under a key has a purpose of its own: a record key seals its payload or metadata
    with AES-GCM, and a recording's is also the input of the HKDF that makes the key of its stream.
    """
    return HKDFExpand(SHA256(), 32, f"telecom-privacy/{purpose}/v1".encode()).derive(key)
