from hypothesis import assume, given
from hypothesis import strategies as st

from telecom_privacy.crypto.tokens import TOKEN_BYTES, content_digest, token
from tests.crypto.samples import keys

kinds = st.sampled_from(["client", "licence", "call", "recording", "number"])


@given(keys, kinds, st.text(max_size=300))
def test_tokens_have_one_length_and_are_repeatable(key: bytes, kind: str, value: str) -> None:
    assert len(token(key, kind, value)) == TOKEN_BYTES == 16
    assert token(key, kind, value) == token(key, kind, value)


@given(keys, st.tuples(kinds, st.text()), st.tuples(kinds, st.text()))
def test_other_kinds_and_values_have_other_tokens(
    key: bytes, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assume(one != other)
    assert token(key, *one) != token(key, *other)


@given(keys, keys, st.text())
def test_other_keys_give_other_tokens(key: bytes, other: bytes, value: str) -> None:
    assume(key != other)
    assert token(key, "number", value) != token(other, "number", value)


@given(keys, st.binary(), st.binary())
def test_digests_tell_contents_apart(key: bytes, one: bytes, other: bytes) -> None:
    assert (content_digest(key, one) == content_digest(key, other)) == (one == other)
