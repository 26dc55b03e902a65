"""Reading the folder that somebody unpacked from an archive."""

import os
from collections.abc import Iterator
from pathlib import Path

from telecom_privacy.archive.model import StoredFile
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.errors import IntegrityError

_PIECE = 256 * 1024


class FolderReader:
    """The files below a folder (`model.Container`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> Iterator[StoredFile]:
        """Yield the files.

        Raises `IntegrityError` for what is neither a file nor a folder, and for a folder without
        files: no manifest could name it (RFC 8493 section 2.1.3).
        """
        try:
            yield from _below(self._folder, "")
        except OSError as error:
            raise IntegrityError("the folder of the package cannot be read") from error

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Yield the bytes. Raises `IntegrityError` if the file changed, or cannot be read."""
        length = 0
        try:
            with (self._folder / file.path).open("rb") as opened:
                while piece := opened.read(_PIECE):
                    length += len(piece)
                    yield piece
        except OSError as error:
            raise IntegrityError(f"{file.path}: cannot be read") from error
        if length != file.length:
            raise IntegrityError(f"{file.path}: changed while it was read")


def _below(folder: Path, prefix: str) -> Iterator[StoredFile]:
    is_empty = bool(prefix)
    with os.scandir(folder) as entries:
        for entry in entries:
            is_empty = False
            path = checked_path(prefix + entry.name)
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder / entry.name, f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                yield StoredFile(path, entry.stat(follow_symlinks=False).st_size)
            else:
                raise IntegrityError(f"{path}: neither a file nor a folder")
    if is_empty:
        raise IntegrityError(f"{prefix[:-1]}: an empty folder, which no package has")
