"""The demo's own data directory: marked as its own, and the only one that it ever empties."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from telecom_privacy.errors import ConfigurationError

MARKER = "made-by-the-demo"


@contextmanager
def own_directory(data_dir: Path) -> Iterator[Path]:
    """Yield an empty directory `demo` under `data_dir` that no other demo uses meanwhile.

    What an earlier demo left is deleted. Raises `ConfigurationError` if the directory holds
    something else, is in use, or cannot be written to.
    """
    directory = data_dir.resolve() / "demo"
    with _claimed(directory):
        _empty(directory)
        yield directory


@contextmanager
def _claimed(directory: Path) -> Iterator[None]:
    try:
        marker = _open_marker(directory)
    except OSError as error:
        raise ConfigurationError(f"{directory} cannot be used: {error.strerror}") from error
    with marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(f"another demo is running in {directory}") from error
        yield


def _open_marker(directory: Path) -> IO[bytes]:
    # The service insists on a private data directory; the demo may be the first to make it.
    directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    marker = directory / MARKER
    if any(directory.iterdir()) and not marker.is_file():
        raise ConfigurationError(f"{directory} holds something that the demo did not make")
    return marker.open("ab")


def _empty(directory: Path) -> None:
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != MARKER:
            entry.unlink()
