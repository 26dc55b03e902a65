"""What an archive holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, stored uncompressed.

    `name` is its path inside the archive, its parts separated by `/`; `length` is in bytes.
    """

    name: str
    length: int
    crc32: int
