"""Signed notes, verifier keys and checkpoints.

Formats: C2SP signed-note, C2SP tlog-checkpoint. Ed25519 itself is handed in.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from typing import Protocol, TypeAlias

from telecom_privacy.audit.model import Checkpoint
from telecom_privacy.errors import IntegrityError

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_HASH_BYTES = 32
_SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""`verify(public_key, signature, message)`, Ed25519."""


class Signer(Protocol):
    """An Ed25519 key with the name under which notes show it (no spaces, no plus sign)."""

    @property
    def name(self) -> str: ...

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes."""
        ...

    def sign(self, message: bytes) -> bytes: ...


def verifier_key(name: str, public_key: bytes) -> str:
    """Return `name+hex(key id)+base64(0x01 ‖ public key)`, what a verifier needs to know."""
    encoded = base64.b64encode(_ED25519 + public_key).decode()
    return f"{name}+{_key_id(name, public_key).hex()}+{encoded}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Return name and raw public key. Raises `IntegrityError` unless the parts agree."""
    try:
        name, _, encoded = text.strip().split("+", 2)
        public_key = base64.b64decode(encoded, validate=True)[1:]
    except (ValueError, binascii.Error) as error:
        raise IntegrityError("not a verifier key") from error
    if len(public_key) != _HASH_BYTES or verifier_key(name, public_key) != text.strip():
        raise IntegrityError("the parts of the verifier key do not agree")
    return name, public_key


def sign_note(text: str, signer: Signer) -> str:
    """Return `text`, which ends in a newline, followed by its signature line."""
    signature = _key_id(signer.name, signer.public_key) + signer.sign(text.encode())
    return f"{text}\n— {signer.name} {base64.b64encode(signature).decode()}\n"


def open_note(note: str, key: str, verify: Verify) -> str:
    """Return the text that `key` has signed; signatures of other keys are passed over.

    Raises `IntegrityError` for a malformed note and for one that `key` has not signed.
    """
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise IntegrityError("not a signed note")
    text += "\n"
    name, public_key = parse_verifier_key(key)
    prefix = _key_id(name, public_key)
    for signer, signature in map(_parse_signature, signatures[:-1].split("\n")):
        if signer == name and signature.startswith(prefix):
            if verify(public_key, signature[_KEY_ID_BYTES:], text.encode()):
                return text
            raise IntegrityError("the signature of the note is wrong")
    raise IntegrityError("the note is not signed by the expected key")


def format_checkpoint(checkpoint: Checkpoint) -> str:
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; further lines are extensions. Raises `IntegrityError`."""
    try:
        origin, size, root, _ = text.split("\n", 3)
        decoded = base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error) as error:
        raise IntegrityError("not a checkpoint") from error
    if not origin or not _SIZE.fullmatch(size) or len(decoded) != _HASH_BYTES:
        raise IntegrityError("not a checkpoint")
    return Checkpoint(origin, int(size), decoded)


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]


def _parse_signature(line: str) -> tuple[str, bytes]:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise IntegrityError("malformed signature line")
    try:
        return match["name"], base64.b64decode(match["signature"], validate=True)
    except binascii.Error as error:
        raise IntegrityError("malformed signature line") from error
