"""What renders a package writes to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from telecom_privacy.content.model import OpenedContent
from telecom_privacy.keys.model import KeyReference


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A finished file of a package: its path below the bag's folder, and what its bytes are."""

    path: str
    length: int
    sha256: str
    crc32: int


class Sink(Protocol):
    """One file, pushed piece by piece."""

    def write(self, data: bytes, /) -> None: ...

    def close(self) -> WrittenFile:
        """Finish the file; nothing may be written after."""
        ...


class PackageWriter(Protocol):
    """Takes the files of one package, in any order. Paths use `/` and name nobody."""

    def open(self, path: str, /) -> Sink:
        """Begin a file that grows; several may be open at once, each takes a few 100 KiB."""
        ...

    def add(self, path: str, data: bytes, /) -> WrittenFile:
        """Write a small file at once: any number of them."""
        ...

    def refer(self, path: str, content: OpenedContent, key: KeyReference, /) -> WrittenFile:
        """Include binary content, which is read from its own place when the package is sent."""
        ...

    def contains(self, record_id: UUID, due_at: datetime | None, /) -> None:
        """Note that a record is in the package, which goes when the record goes, or is due."""
        ...

    def written(self) -> Iterator[WrittenFile]:
        """Yield all finished files, in the order in which they were finished."""
        ...
