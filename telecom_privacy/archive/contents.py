"""What a package holds and what its manifests say, side by side, in constant memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from telecom_privacy.archive.bag import PAYLOAD_FOLDER
from telecom_privacy.archive.model import Container, StoredFile
from telecom_privacy.errors import IntegrityError, Unavailable

_SCHEMA = """
CREATE TABLE files (
  path TEXT PRIMARY KEY, length INTEGER, start INTEGER, crc32 INTEGER, sha256 BLOB
) WITHOUT ROWID
"""


class Contents:
    """An index of the files by path, with the hash that a manifest gives for each.

    It is a database that only this object sees, and that goes beyond its cache into a temporary
    file which has no name: a million files are more than memory should hold.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(_SCHEMA)

    @classmethod
    @contextmanager
    def of(cls, container: Container) -> Iterator[Self]:
        """Index all files. Raises `IntegrityError` for a path that occurs twice."""
        database = sqlite3.connect("", isolation_level=None)
        try:
            database.execute("BEGIN")  # once: what is written is thrown away all the same
            contents = cls(database)
            for file in container.files():
                contents.add(file)
            yield contents
        except sqlite3.Error as error:
            raise Unavailable("no room for a temporary index of the package") from error
        finally:
            database.close()

    def add(self, file: StoredFile) -> None:
        row = (file.path, file.length, file.start, file.crc32)
        try:
            self._database.execute("INSERT INTO files VALUES (?, ?, ?, ?, NULL)", row)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(f"{file.path}: twice in the package") from error

    def expect(self, path: str, sha256: bytes) -> None:
        """Note what a manifest says of a file. Raises `IntegrityError` if it is not there."""
        changed = self._database.execute(
            "UPDATE files SET sha256 = ? WHERE path = ? AND sha256 IS NULL", (sha256, path)
        )
        if not changed.rowcount:
            state = "twice in a manifest" if self.find(path) else "missing"
            raise IntegrityError(f"{path}: {state}")

    def find(self, path: str) -> StoredFile | None:
        row = self._database.execute(
            "SELECT path, length, start, crc32 FROM files WHERE path = ?", (path,)
        ).fetchone()
        return StoredFile(*row) if row else None

    def expected(self, path: str) -> bytes | None:
        """Return the hash that a manifest gives, if any."""
        row = self._database.execute("SELECT sha256 FROM files WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def unlisted(self) -> Iterator[str]:
        """Yield the paths of which no manifest has said anything."""
        rows = self._database.execute("SELECT path FROM files WHERE sha256 IS NULL ORDER BY path")
        return (row[0] for row in rows)

    def listed(self) -> Iterator[tuple[StoredFile, bytes]]:
        """Yield the files with their hashes, in the order in which they lie in an archive."""
        rows = self._database.execute(
            "SELECT path, length, start, crc32, sha256 FROM files"
            " WHERE sha256 IS NOT NULL ORDER BY start, path"
        )
        return ((StoredFile(*row[:4]), row[4]) for row in rows)

    def payload(self) -> tuple[int, int]:
        """Return size and number of the files of the payload."""
        size, count = self._database.execute(
            "SELECT coalesce(sum(length), 0), count(*) FROM files WHERE path >= ? AND path < ?",
            (PAYLOAD_FOLDER, PAYLOAD_FOLDER[:-1] + "0"),  # "0" follows "/"
        ).fetchone()
        return size, count
