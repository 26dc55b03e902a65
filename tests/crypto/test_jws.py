"""JSON Web Signatures, checked as RFC 7515 and RFC 7518 say."""

import json
from base64 import b64decode, urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.jws import JsonSigner

KEY = CertifiedKey.generate("Operator", datetime(2026, 11, 22, tzinfo=UTC))


def decoded(text: str) -> bytes:
    assert "=" not in text
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(signed: dict[str, Any]) -> bytes:
    """Check a signature by the certificate that it names; return what was signed."""
    [signature] = signed["signatures"]
    certificate = x509.load_der_x509_certificate(b64decode(signature["header"]["x5c"][0]))
    protected = json.loads(decoded(signature["protected"]))
    assert protected["alg"] == "ES256"
    assert decoded(protected["x5t#S256"]) == certificate.fingerprint(SHA256())
    assert not protected.keys() & signature["header"].keys()  # RFC 7515 section 4
    concatenated = decoded(signature["signature"])
    assert len(concatenated) == 64
    r, s = (int.from_bytes(half) for half in (concatenated[:32], concatenated[32:]))
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    text = f"{signature['protected']}.{signed['payload']}".encode()
    key.verify(encode_dss_signature(r, s), text, ec.ECDSA(SHA256()))
    return decoded(signed["payload"])


@given(st.binary(max_size=200))
def test_what_is_signed_is_verified_with_the_certificate_beside_it(payload: bytes) -> None:
    signed = JsonSigner(KEY).sign(payload, {"uuid": "1"})

    assert verified(json.loads(json.dumps(signed))) == payload
    assert signed["signatures"][0]["header"]["uuid"] == "1"


def test_another_payload_is_refused() -> None:
    signed = JsonSigner(KEY).sign(b"{}", {})
    with pytest.raises(InvalidSignature):
        verified({**signed, "payload": JsonSigner(KEY).sign(b"[]", {})["payload"]})


def test_another_certificate_is_refused() -> None:
    """Even one of the same key: its fingerprint is signed."""
    signed = JsonSigner(KEY).sign(b"{}", {})
    other = CertifiedKey.generate("Another", datetime(2026, 11, 22, tzinfo=UTC))
    signed["signatures"][0]["header"]["x5c"] = JsonSigner(other).sign(b"", {})["signatures"][0][
        "header"
    ]["x5c"]
    with pytest.raises(AssertionError):
        verified(signed)
