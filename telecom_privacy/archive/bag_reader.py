"""Reading a bag (RFC 8493) and checking that it is complete and valid (section 3)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from telecom_privacy.archive import bag
from telecom_privacy.archive.contents import Contents
from telecom_privacy.archive.model import Container, StoredFile
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.errors import IntegrityError

_MOST_TEXT_BYTES = 16 * 1024**2
_BESIDE_MANIFESTS = {bag.TAG_MANIFEST_FILE, bag.SIGNATURE_FILE, bag.STAMP_FILE}
_FETCH_FILE = "fetch.txt"


class BagReader:
    """One bag in a container; `contents` compares what is there with what manifests say."""

    def __init__(self, container: Container, contents: Contents) -> None:
        self._container = container
        self._contents = contents

    @classmethod
    @contextmanager
    def open(cls, container: Container) -> Iterator[Self]:
        """Index the files of the bag. Raises `IntegrityError`."""
        with Contents.of(container) as contents:
            yield cls(container, contents)

    def text(self, path: str) -> bytes:
        """Return a file that is short. Raises `IntegrityError` if it is missing or is not."""
        file = self._file(path)
        if file.length > _MOST_TEXT_BYTES:
            raise IntegrityError(f"{path}: too long")
        return b"".join(self._container.read(file))

    def read(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of a file that a manifest lists.

        Raises `IntegrityError`, at their end, if they were altered since `check_hashes`.
        """
        _, expected = self.listed(path)
        yield from self._read(self._file(path), expected)

    def has(self, path: str) -> bool:
        return self._contents.find(path) is not None

    def listed(self, path: str) -> tuple[int, bytes]:
        """Return length and SHA-256 as the manifest has it. Raises `IntegrityError`."""
        sha256 = self._contents.expected(path)
        if sha256 is None:
            raise IntegrityError(f"{path}: not in a manifest")
        return self._file(path).length, sha256

    def check_completeness(self) -> None:
        """Compare the names of the files with the manifests.

        Raises `IntegrityError` for another declaration than BagIt 1.0, a file that is missing
        and one that no manifest lists.
        """
        if self.text(bag.DECLARATION_FILE) != bag.DECLARATION:
            raise IntegrityError(f"{bag.DECLARATION_FILE}: not a bag of BagIt 1.0")
        if self.has(_FETCH_FILE):
            raise IntegrityError(f"{_FETCH_FILE}: nothing is to be fetched from elsewhere")
        self._read_manifest(bag.TAG_MANIFEST_FILE, of_payload=False)
        self._read_manifest(bag.MANIFEST_FILE, of_payload=True)
        for path in self._contents.unlisted():
            if path not in _BESIDE_MANIFESTS:
                raise IntegrityError(f"{path}: not in a manifest")

    def check_hashes(self) -> tuple[int, int]:
        """Read and hash every file that a manifest lists; compare the whole with `Payload-Oxum`.

        Returns the size and the number of the files of the payload. Raises `IntegrityError`.
        """
        for file, expected in self._contents.listed():
            for _ in self._read(file, expected):
                pass
        stated = bag.parse_info(self.text(bag.INFO_FILE)).get(bag.PAYLOAD_OXUM)
        if stated != bag.payload_oxum(*self._contents.payload()):
            raise IntegrityError(f"{bag.INFO_FILE}: the payload has another size than stated")
        return self._contents.payload()

    def _read_manifest(self, manifest: str, of_payload: bool) -> None:
        pieces = self._container.read(self._file(manifest))
        for sha256, path in map(bag.parse_manifest_line, bag.lines_of(pieces)):
            if checked_path(path).startswith(bag.PAYLOAD_FOLDER) != of_payload:
                raise IntegrityError(f"{path}: listed in the wrong manifest")
            self._contents.expect(path, sha256)

    def _read(self, file: StoredFile, expected: bytes) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for piece in self._container.read(file):
            digest.update(piece)
            yield piece
        if digest.digest() != expected:
            raise IntegrityError(f"{file.path}: altered, not what the manifest lists")

    def _file(self, path: str) -> StoredFile:
        file = self._contents.find(path)
        if file is None:
            raise IntegrityError(f"{path}: missing")
        return file
