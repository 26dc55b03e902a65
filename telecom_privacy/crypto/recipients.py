"""For whom a file is encrypted when it leaves the service."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from telecom_privacy.errors import Gone


class Recipient(Protocol):
    """Someone whose public key encrypts; only its private key, which is not ours, decrypts."""

    @property
    def name(self) -> str:
        """Who it is, as the public key says."""
        ...

    @property
    def fingerprint(self) -> str:
        """What tells the key from any other, to be compared over another channel."""
        ...

    @property
    def media_type(self) -> str: ...

    @property
    def suffix(self) -> str:
        """What the name of an encrypted file ends with, such as `.age`."""
        ...

    def encrypted_length(self, length: int) -> int:
        """Return how long `length` bytes are once encrypted. Raises `TooLarge`."""
        ...

    def encrypt(self, pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
        """Yield the `pieces` encrypted under a key made for them, in constant memory.

        Breaks off with `Gone` unless they are `length` bytes together.
        """
        ...


def of_length(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield the pieces. Breaks off with `Gone` unless they are `length` bytes together."""
    left = length
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left:
        raise Gone("what is to be encrypted is not as long as was said; ask again")
