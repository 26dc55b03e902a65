"""What is to be known of a file before it can be listed in a package."""

import hashlib
import zlib


class Measure:
    """The length, SHA-256 and CRC-32 of what passes."""

    def __init__(self, data: bytes = b"") -> None:
        self._sha256 = hashlib.sha256()
        self.length = 0
        self.crc32 = 0
        self.take(data)

    def take(self, data: bytes) -> None:
        self._sha256.update(data)
        self.crc32 = zlib.crc32(data, self.crc32)
        self.length += len(data)

    @property
    def sha256(self) -> str:
        """In hex."""
        return self._sha256.hexdigest()
