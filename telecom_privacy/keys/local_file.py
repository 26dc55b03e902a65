"""Root keys in local files: `<KEY_DIR>/controller.key` and `<KEY_DIR>/processor.key`.

Each is a JSON object `{"id", "role", "created_at", "secret"}`; `secret` is 32 bytes in base64.
While a root is being replaced, its successor lies beside it in `<role>.next.key`. A deployment
keeps this directory, and its backups, apart from the data.
"""

import base64
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from telecom_privacy.clock import to_text
from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import SECRET_BYTES, CommittedKey, new_secret
from telecom_privacy.errors import ConfigurationError, Unavailable
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class _Root:
    id: str
    role: Role
    key: CommittedKey


class LocalFileProvider:
    """Holds the root keys in memory; reads their files again when the directory changes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._changed_at = _changed_at(directory)
        self._by_id = _read_all(directory)

    @classmethod
    def load(cls, directory: Path) -> "LocalFileProvider":
        """Read all files. Raises `ConfigurationError` if one is missing, loose or malformed."""
        return cls(directory)

    def roots(self) -> dict[str, tuple[Role, bytes]]:
        self._follow()
        return {root.id: (root.role, root.key.commitment) for root in self._by_id.values()}

    def wrap(self, root_id: str, secret: bytes, binding: Binding) -> bytes:
        return seal(self._root(root_id).key.key, secret, binding)

    def unwrap(self, root_id: str, wrapped: bytes, binding: Binding) -> bytes:
        return open_sealed(self._root(root_id).key.key, wrapped, binding)

    def create_successor(self, role: Role, now: datetime) -> str:
        path = _successor_path(self._directory, role)
        with _as_unavailable(path):
            if not path.exists():
                _create(path, role, now)
            return _read(path, role).id

    def destroy_predecessor(self, role: Role, successor: str) -> None:
        path, newer = _path(self._directory, role), _successor_path(self._directory, role)
        retired = path.with_suffix(".retired")
        with _as_unavailable(path):
            if _read(path, role).id != successor:
                if _read(newer, role).id != successor:
                    raise Unavailable("the root key that replaces the old one is not there")
                with suppress(FileExistsError):  # a process that was killed came as far as this
                    os.link(path, retired)
                newer.replace(path)
            if retired.exists():
                _overwrite(retired)
                retired.unlink()
            _remove_left_behind(self._directory, role)
            _sync_directory(self._directory)

    def _root(self, root_id: str) -> _Root:
        self._follow()
        if root_id not in self._by_id:
            with _as_unavailable(self._directory):
                self._by_id = _read_all(self._directory)
        if root_id not in self._by_id:
            raise Unavailable("the root key of a stored key is not loaded")
        return self._by_id[root_id]

    def _follow(self) -> None:
        """Load what another process made, and let go of what it destroyed."""
        changed_at = _changed_at(self._directory)
        if changed_at in (None, self._changed_at):
            return
        with suppress(ConfigurationError):  # changed just now: the next time finds it whole
            self._by_id, self._changed_at = _read_all(self._directory), changed_at


def create_missing_roots(directory: Path, now: datetime) -> None:
    """Create the root files that do not exist. Only for a keystore that is still empty.

    A file appears complete or not at all, and is never overwritten.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for role in Role:
            if not _path(directory, role).exists():
                _create(_path(directory, role), role, now)
    except OSError as error:
        raise ConfigurationError(f"{directory}: cannot create the root keys there") from error


def _path(directory: Path, role: Role) -> Path:
    return directory / f"{role}.key"


def _successor_path(directory: Path, role: Role) -> Path:
    return directory / f"{role}.next.key"


def _changed_at(directory: Path) -> int | None:
    """When a file was made, renamed or removed; None once the directory was taken away."""
    try:
        return directory.stat().st_mtime_ns
    except OSError:
        return None


def _read_all(directory: Path) -> dict[str, _Root]:
    roots = [_read(_path(directory, role), role) for role in Role]
    successors = [(role, _successor_path(directory, role)) for role in Role]
    roots += [_read(path, role) for role, path in successors if path.exists()]
    return {root.id: root for root in roots}


def _overwrite(path: Path) -> None:
    """Write over a key where the file system lets us; flash memory may keep it all the same."""
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _as_unavailable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ConfigurationError) as error:
        raise Unavailable(f"{path}: the root key cannot be read or changed") from error


def _create(path: Path, role: Role, now: datetime) -> None:
    content = {
        "id": str(uuid4()),
        "role": role.value,
        "created_at": to_text(now),
        "secret": base64.b64encode(new_secret()).decode(),
    }
    # A name of its own: what a killed process left behind must not stop the next start.
    temporary = path.with_suffix(f".{uuid4().hex}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        with suppress(
            FileExistsError
        ):  # never replaced: another process was faster, its key counts
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _remove_left_behind(directory: Path, role: Role) -> None:
    """Remove what a process left that was killed while it made a root.

    Not written over: it may be another name of the root that is used.
    """
    for temporary in directory.glob(f"{role}.*.tmp"):
        temporary.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path, role: Role) -> _Root:
    try:
        _refuse_loose_mode(path.parent)
        _refuse_loose_mode(path)
        content = json.loads(path.read_text())
        root_id, secret = str(content["id"]), base64.b64decode(content["secret"], validate=True)
    except OSError as error:
        raise ConfigurationError(f"{path}: the root key file cannot be read") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path}: not a root key file") from error
    if content.get("role") != role or len(secret) != SECRET_BYTES:
        raise ConfigurationError(f"{path}: not a root key file for the role {role}")
    return _Root(root_id, role, CommittedKey.from_secret(secret))


def _refuse_loose_mode(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise ConfigurationError(
            f"{path}: mode {mode:03o} lets others read the root keys; use chmod go-rwx"
        )
