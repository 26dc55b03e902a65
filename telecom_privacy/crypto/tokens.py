"""Blind index: keyed tokens that find equal values without storing them."""

import hashlib
import hmac

TOKEN_BYTES = 16


def token(key: bytes, kind: str, value: str) -> bytes:
    """HMAC-SHA-256 of the kind and value, cut to 16 bytes: fixed length, 128 bits.

    `kind` keeps a number's token from ever equalling that of a call id with the same characters.
    """
    message = f"{kind}\n{value}".encode()
    return hmac.digest(key, message, hashlib.sha256)[:TOKEN_BYTES]


def content_digest(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA-256 of `content`: says nothing about it once the key is gone."""
    return hmac.digest(key, content, hashlib.sha256)
