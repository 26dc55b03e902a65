import base64
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.accounts.model import new_secret, parsed, written


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_again(key_id: UUID, secret: bytes) -> None:
    assert parsed(written(key_id, secret)) == (key_id, secret)


@given(st.text())
def test_whatever_is_sent_is_read_or_refused_without_an_error(text: str) -> None:
    found = parsed(text)
    assert found is None or written(*found) == text


@given(st.text(), st.text())
def test_whatever_follows_the_prefix_is_read_or_refused_without_an_error(
    first: str, second: str
) -> None:
    text = f"tpk_{first}_{second}"
    found = parsed(text)
    assert found is None or written(*found) == text


@pytest.mark.parametrize(
    "spelling",
    [
        lambda key_id, secret: f"tpk_{{{key_id}}}_{secret}",
        lambda key_id, secret: f"tpk_{key_id}_{secret}",
        lambda key_id, secret: f"tpk_{key_id.hex.upper()}_{secret}",
        lambda key_id, secret: f"tpk_{key_id.hex}_{secret}=",
        lambda key_id, secret: f"tpk_{key_id.hex}_{secret[:5]}.{secret[5:]}",
        lambda key_id, secret: f"tpk_{key_id.hex}_{secret}\n",
        lambda key_id, secret: f"TPK_{key_id.hex}_{secret}",
    ],
)
def test_a_key_has_one_spelling_only(spelling: object) -> None:
    assert callable(spelling)
    secret = base64.urlsafe_b64encode(new_secret()[0]).decode().rstrip("=")
    assert parsed(spelling(uuid4(), secret)) is None
