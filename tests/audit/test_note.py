import pytest

from telecom_privacy.audit.model import Checkpoint
from telecom_privacy.audit.note import (
    format_checkpoint,
    open_note,
    parse_checkpoint,
    parse_verifier_key,
    sign_note,
    verifier_key,
)
from telecom_privacy.crypto.signing import SigningKey, verify_signature
from telecom_privacy.errors import IntegrityError

# The example of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
)
KEY = SigningKey("example.test/audit", bytes(range(32)))
VERIFIER_KEY = verifier_key(KEY.name, KEY.public_key)


def test_a_note_that_go_has_signed_is_opened() -> None:
    text = open_note(GO_NOTE, GO_KEY, verify_signature)
    assert text.endswith("your problem is.\n")


def test_a_verifier_key_of_go_is_read_and_written_back() -> None:
    assert verifier_key(*parse_verifier_key(GO_KEY)) == GO_KEY


def test_a_checkpoint_comes_back_from_its_note() -> None:
    checkpoint = Checkpoint(KEY.name, 20852163, bytes(range(32)))
    note = sign_note(format_checkpoint(checkpoint), KEY)
    assert parse_checkpoint(open_note(note, VERIFIER_KEY, verify_signature)) == checkpoint


def test_signatures_of_others_are_passed_over() -> None:
    witness = SigningKey("witness.test", bytes(32))
    text = "origin\n1\n"
    both = sign_note(text, witness) + sign_note(text, KEY).rpartition("\n\n")[2]
    assert open_note(both, VERIFIER_KEY, verify_signature) == text


@pytest.mark.parametrize(
    "note",
    [
        GO_NOTE.replace("cryptography", "blockchain"),
        GO_NOTE.replace("ZJkuBS", "ZJkuBT"),
        GO_NOTE.replace("— PeterNeumann", "- PeterNeumann"),
        GO_NOTE.replace("— PeterNeumann", "— Somebody"),
        GO_NOTE.removesuffix("\n"),
        GO_NOTE.replace("\n\n", "\n"),
        "",
    ],
)
def test_an_altered_note_is_refused(note: str) -> None:
    with pytest.raises(IntegrityError):
        open_note(note, GO_KEY, verify_signature)


@pytest.mark.parametrize(
    "key",
    ["", "a+b", GO_KEY.replace("c74f", "c74e"), GO_KEY.replace("Peter", "Paul"), GO_KEY[:-8], "++"],
)
def test_a_verifier_key_whose_parts_disagree_is_refused(key: str) -> None:
    with pytest.raises(IntegrityError):
        parse_verifier_key(key)


@pytest.mark.parametrize(
    "text",
    ["", "origin\n", "origin\n01\nAAAA\n", "origin\n-1\nAAAA\n", "origin\n1\nAAAA\n", "o\n1\n!\n"],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        parse_checkpoint(text)
