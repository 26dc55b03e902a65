"""The fast way to canonical JSON writes what the slow one writes, byte by byte."""

from enum import StrEnum

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from telecom_privacy.audit.canonical import canonical_json


class Word(StrEnum):
    BILLING = "billing"


TEXTS = st.text() | st.text(st.characters(max_codepoint=0x9F)) | st.just(Word.BILLING)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
@example({"\U0001f600": 1, "\ufb33": 2})
@example({"b": -0.0, "a": 1e21, "c": '\x7f\u2028\x1f\b"\\/é'})
@example({"": {"10": 1, "9": 2}, "A": 1, "a": 2, "_": 3})
def test_both_ways_write_the_same(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), {1: 2}, {None: 1}, b"bytes", "\ud800"]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical_json({"details": value})
