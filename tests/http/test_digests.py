"""`Content-Digest` (RFC 9530)."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.errors import BadRequest
from telecom_privacy.http.digests import announced_sha256, digest_header

# RFC 9530 appendix D: the digest of `{"title": "hello world"}` and a newline, sent with others.
EXAMPLE = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
DIGEST = hashlib.sha256(b'{"hello": "world"}\n').digest()


def test_the_example_of_the_standard_is_read() -> None:
    assert announced_sha256(EXAMPLE) == DIGEST
    assert digest_header(DIGEST) == EXAMPLE


@given(st.binary(min_size=32, max_size=32))
def test_a_digest_comes_back(digest: bytes) -> None:
    assert announced_sha256(digest_header(digest)) == digest


@pytest.mark.parametrize("other", ["sha-512=:YWJj:", "md5=:YWJj:", "unixsum=:AA==:", "id-x=:eA==:"])
def test_other_algorithms_are_ignored(other: str) -> None:
    assert announced_sha256(other) is None
    for both in (f"{other}, {EXAMPLE}", f"{EXAMPLE},{other}", f"{other} ,\t{EXAMPLE} , {other}"):
        assert announced_sha256(both) == DIGEST


def test_no_header_announces_nothing() -> None:
    assert announced_sha256(None) is None


@pytest.mark.parametrize(
    "header",
    [
        "sha-256",
        "sha-256=",
        "sha-256=::",
        "sha-256=:YWJj:",
        "sha-256=:====:",
        "sha-256=:not base64:",
        EXAMPLE.replace(":", '"'),
        EXAMPLE.replace("sha-256", "SHA-256"),
        EXAMPLE.replace("=:", "=::"),
        EXAMPLE.rstrip(":"),
        f"sha-256=:{base64.b64encode(bytes(33)).decode()}:",
    ],
)
def test_a_sha_256_that_cannot_be_read_is_refused_and_not_ignored(header: str) -> None:
    with pytest.raises(BadRequest):
        announced_sha256(header)


@given(st.text(max_size=80))
def test_any_header_is_read_ignored_or_refused(header: str) -> None:
    try:
        found = announced_sha256(header)
    except BadRequest:
        return
    assert found is None or len(found) == 32
