import pytest

from telecom_privacy.crypto.signing import SigningKey, verify_signature
from telecom_privacy.errors import ConfigurationError

# RFC 8032 section 7.1, test 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_a_signature_is_that_of_the_rfc() -> None:
    key = SigningKey("example.test", SEED)
    assert key.public_key == PUBLIC_KEY
    assert key.sign(b"\x72") == SIGNATURE
    assert verify_signature(PUBLIC_KEY, SIGNATURE, b"\x72")


@pytest.mark.parametrize(
    ("public_key", "signature", "message"),
    [
        (PUBLIC_KEY, SIGNATURE, b"\x73"),
        (PUBLIC_KEY, bytes(64), b"\x72"),
        (PUBLIC_KEY, b"short", b"\x72"),
        (b"short", SIGNATURE, b"\x72"),
    ],
)
def test_anything_else_is_not_signed(public_key: bytes, signature: bytes, message: bytes) -> None:
    assert not verify_signature(public_key, signature, message)


def test_generated_keys_differ() -> None:
    assert SigningKey.generate("a").public_key != SigningKey.generate("a").public_key


@pytest.mark.parametrize(
    ("name", "seed"), [("a", b"short"), ("", SEED), ("a b", SEED), ("a+b", SEED), ("a\n", SEED)]
)
def test_a_key_that_verifiers_could_not_name_is_refused(name: str, seed: bytes) -> None:
    with pytest.raises(ConfigurationError):
        SigningKey(name, seed)
