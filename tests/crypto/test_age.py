"""Encryption to age recipients, opened by two other implementations."""

import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.crypto.age import AgeRecipient
from telecom_privacy.errors import Gone, Invalid
from tests.programs import program

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = AgeRecipient.parse(str(IDENTITY.to_public()))
CHUNK = 64 * 1024
LENGTHS = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1]
LOW_ORDER = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
"""Its checksum is right, but whatever is encrypted to it could be read by anybody."""

NO_RECIPIENTS = {
    "nothing": "",
    "no data": "age1",
    "not ASCII": "é1qqqqqqqq",
    "a private key": str(IDENTITY),
    "too short": RECIPIENT.name[:-1],
    "mixed letters": RECIPIENT.name.title(),
    "low order": LOW_ORDER,
}


def encrypted(content: bytes, piece: int = 10_000) -> bytes:
    pieces = (content[start : start + piece] for start in range(0, len(content), piece))
    result = b"".join(RECIPIENT.encrypt(pieces, len(content)))
    assert len(result) == RECIPIENT.encrypted_length(len(content))
    return result


@pytest.mark.parametrize("length", LENGTHS)
def test_age_opens_it(length: int, tmp_path: Path) -> None:
    content = bytes(range(256)) * (length // 256 + 1)
    (tmp_path / "identity").write_text(str(IDENTITY))
    (tmp_path / "file.age").write_bytes(encrypted(content[:length]))
    command = [program("age"), "--decrypt", "-i", "identity", "file.age"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout == content[:length]


@pytest.mark.parametrize("length", LENGTHS)
def test_another_implementation_opens_it(length: int) -> None:
    assert pyrage.decrypt(encrypted(bytes(length)), [IDENTITY]) == bytes(length)


@given(content=st.binary(max_size=300), piece=st.integers(min_value=1, max_value=301))
def test_pieces_of_any_size_give_the_same_content(content: bytes, piece: int) -> None:
    assert pyrage.decrypt(encrypted(content, piece), [IDENTITY]) == content


@given(place=st.integers(min_value=0, max_value=699))
def test_a_flipped_bit_anywhere_is_found(place: int) -> None:
    message = bytearray(encrypted(bytes(500)))
    message[place % len(message)] ^= 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(message), [IDENTITY])


def test_a_file_that_was_cut_between_two_chunks_is_found() -> None:
    message = encrypted(bytes(2 * CHUNK))
    with pytest.raises((pyrage.DecryptError, ValueError, OSError)):
        pyrage.decrypt(message[: -(CHUNK + 16)], [IDENTITY])


def test_somebody_else_cannot_open_it() -> None:
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(encrypted(b"content"), [pyrage.x25519.Identity.generate()])


def test_the_same_content_is_another_file_each_time() -> None:
    assert encrypted(b"content") != encrypted(b"content")


@pytest.mark.parametrize("length", [6, 8])
def test_content_of_another_length_than_said_is_never_a_whole_file(length: int) -> None:
    with pytest.raises(Gone):
        list(RECIPIENT.encrypt([b"content"], length))


@given(place=st.integers(min_value=4, max_value=61), other=st.sampled_from("qpzry9x8gf2tvdw0"))
def test_a_mistyped_recipient_is_refused(place: int, other: str) -> None:
    text = RECIPIENT.name
    mistyped = text[:place] + (other if text[place] != other else "3") + text[place + 1 :]
    with pytest.raises(Invalid):
        AgeRecipient.parse(mistyped)


@pytest.mark.parametrize("kind", NO_RECIPIENTS)
def test_what_is_not_a_recipient_is_refused(kind: str) -> None:
    with pytest.raises(Invalid) as refusal:
        AgeRecipient.parse(NO_RECIPIENTS[kind])
    assert list(refusal.value.errors) == ["age_recipient"]


def test_a_recipient_may_be_spelt_in_capital_letters() -> None:
    assert AgeRecipient.parse(f" {RECIPIENT.name.upper()}\n").name == RECIPIENT.name
