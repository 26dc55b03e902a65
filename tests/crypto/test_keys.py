from hypothesis import assume, given
from hypothesis import strategies as st
from pytest import raises

from telecom_privacy.crypto.keys import CommittedKey, new_secret, subkey
from telecom_privacy.errors import IntegrityError
from tests.crypto.samples import keys


@given(keys)
def test_a_key_is_recognised_by_its_commitment(secret: bytes) -> None:
    key = CommittedKey.from_secret(secret)
    assert CommittedKey.from_stored(secret, key.commitment) == key
    assert len(key.key) == len(key.commitment) == 32
    assert len({secret, key.key, key.commitment}) == 3


@given(keys, keys)
def test_another_secret_is_refused(secret: bytes, other: bytes) -> None:
    assume(secret != other)
    with raises(IntegrityError):
        CommittedKey.from_stored(other, CommittedKey.from_secret(secret).commitment)


@given(keys, st.integers(0, 255))
def test_an_altered_commitment_is_refused(secret: bytes, bit: int) -> None:
    commitment = bytearray(CommittedKey.from_secret(secret).commitment)
    commitment[bit // 8] ^= 1 << bit % 8
    with raises(IntegrityError):
        CommittedKey.from_stored(secret, bytes(commitment))


@given(keys, keys, st.text(max_size=8), st.text(max_size=8))
def test_subkeys_differ_by_key_and_purpose(key: bytes, other: bytes, one: str, two: str) -> None:
    assume(one != two and key != other)
    found = {subkey(key, one), subkey(key, two), subkey(other, one), key}
    assert len(found) == 4
    assert subkey(key, one) in found
    assert len(subkey(key, one)) == 32


def test_secrets_are_random() -> None:
    assert len({new_secret() for _ in range(100)}) == 100


def test_a_key_does_not_show_itself() -> None:
    key = CommittedKey.from_secret(bytes(32))
    assert key.key.hex() not in repr(key)
    assert repr(key.key) not in repr(key)
