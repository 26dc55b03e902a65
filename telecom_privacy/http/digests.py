"""Content digests in headers (RFC 9530)."""

import base64
import re
from binascii import Error as Base64Error

from telecom_privacy.errors import BadRequest

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):\s*(?:,|$)")
_SHA256_BYTES = 32


def announced_sha256(header: str | None) -> bytes | None:
    """Return the SHA-256 that a `Content-Digest` header announces, None where there is none.

    Other algorithms are ignored, as RFC 9530 section 2 allows. Raises `BadRequest`.
    """
    if header is None:
        return None
    if not (found := _SHA256.search(header)):
        if "sha-256" in header.lower():
            raise BadRequest("Content-Digest: sha-256 is not a byte sequence")
        return None
    try:
        digest = base64.b64decode(found[1], validate=True)
    except (ValueError, Base64Error) as error:
        raise BadRequest("Content-Digest: sha-256 is not base64") from error
    if len(digest) != _SHA256_BYTES:
        raise BadRequest("Content-Digest: sha-256 has 32 bytes")
    return digest


def digest_header(digest: bytes) -> str:
    return f"sha-256=:{base64.b64encode(digest).decode()}:"
