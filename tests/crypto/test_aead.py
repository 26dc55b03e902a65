from hypothesis import assume, given
from hypothesis import strategies as st
from pytest import raises

from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import IntegrityError
from telecom_privacy.scope import Role
from tests.crypto.samples import bindings, keys

HERE = Binding("record", Role.PROCESSOR)


@given(keys, st.binary(max_size=200), bindings)
def test_what_is_sealed_opens_at_its_place(key: bytes, content: bytes, place: Binding) -> None:
    assert open_sealed(key, seal(key, content, place), place) == content


@given(keys, st.binary(max_size=40), st.data())
def test_any_flipped_bit_is_noticed(key: bytes, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(key, content, HERE))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with raises(IntegrityError):
        open_sealed(key, bytes(sealed), HERE)


@given(keys, st.binary(max_size=40), st.data())
def test_a_cut_is_noticed(key: bytes, content: bytes, data: st.DataObject) -> None:
    sealed = seal(key, content, HERE)
    with raises(IntegrityError):
        open_sealed(key, sealed[: data.draw(st.integers(0, len(sealed) - 1))], HERE)


@given(keys, keys, bindings, bindings)
def test_nothing_opens_under_another_key_or_at_another_place(
    key: bytes, other: bytes, place: Binding, elsewhere: Binding
) -> None:
    assume(key != other and place != elsewhere)
    sealed = seal(key, b"content", place)
    for wrong in ((other, place), (key, elsewhere)):
        with raises(IntegrityError):
            open_sealed(wrong[0], sealed, wrong[1])


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(bytes(32), b"content", HERE) != seal(bytes(32), b"content", HERE)
