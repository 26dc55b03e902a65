"""JSON Web Signatures (RFC 7515) with ES256 (RFC 7518 section 3.4), in the general JSON form."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from telecom_privacy.crypto.certificates import CertifiedKey

_INTEGER_BYTES = 32


class JsonSigner:
    """Signs texts with a key whose certificates it names.

    The signature covers the fingerprint of the certificate (`x5t#S256`), so that no other can be
    put in its place.
    """

    def __init__(self, signer: CertifiedKey) -> None:
        self._key = signer.key
        thumbprint = base64url(signer.chain[0].fingerprint(SHA256()))
        self._protected = base64url(_json({"alg": "ES256", "x5t#S256": thumbprint}))
        self._chain = [b64encode(one.public_bytes(Encoding.DER)).decode() for one in signer.chain]

    def sign(self, payload: bytes, header: Mapping[str, Any]) -> dict[str, Any]:
        """Return the signed form; `header` is told unprotected, beside the certificates (`x5c`)."""
        encoded = base64url(payload)
        der = self._key.sign(f"{self._protected}.{encoded}".encode(), ec.ECDSA(SHA256()))
        signature = {
            "header": {"x5c": self._chain, **header},
            "protected": self._protected,
            "signature": base64url(_concatenated(der)),
        }
        return {"payload": encoded, "signatures": [signature]}


def base64url(data: bytes) -> str:
    """Encode without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _concatenated(der: bytes) -> bytes:
    return b"".join(number.to_bytes(_INTEGER_BYTES) for number in decode_dss_signature(der))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
