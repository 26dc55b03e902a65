"""What an archive holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, stored uncompressed.

    `name` is its path inside the archive, its parts separated by `/`; `length` is in bytes.
    """

    name: str
    length: int
    crc32: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is found: its path below the package's folder, and its length in bytes.

    `start` and `crc32` are where its bytes begin in the archive and the checksum that the archive
    has of them; both are 0 in a folder.
    """

    path: str
    length: int
    start: int = 0
    crc32: int = 0


class Container(Protocol):
    """What holds the files of one package: an archive, or the folder unpacked from it."""

    def files(self) -> Iterator[StoredFile]:
        """Yield every file, in no particular order. Raises `IntegrityError`."""
        ...

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Yield the bytes. Raises `IntegrityError` unless there are `length`, of that checksum."""
        ...
