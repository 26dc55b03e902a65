"""Paths inside a package: which ones may be unpacked anywhere without harm."""

from telecom_privacy.errors import IntegrityError

_NOT_PORTABLE = set('\\:*?"<>|')


def checked_path(path: str) -> str:
    """Return `path`, which is relative, goes down only and is the same on every system.

    Raises `IntegrityError` otherwise.
    """
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise IntegrityError(f"{path!a}: not a path below the folder of the package")
    if not path.isprintable() or not _NOT_PORTABLE.isdisjoint(path):
        raise IntegrityError(f"{path!a}: not a path that every system takes")
    return path
