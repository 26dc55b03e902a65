"""Root keys in local files: `<KEY_DIR>/controller.key` and `<KEY_DIR>/processor.key`.

Each is a JSON object `{"id", "role", "created_at", "secret"}`; `secret` is 32 bytes in base64. A
deployment keeps this directory, and its backups, apart from the data.
"""

import base64
import json
import os
import stat
from contextlib import suppress
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
    """Holds the root keys in memory after reading their files once, at the start."""

    def __init__(self, roots: dict[Role, _Root]) -> None:
        self._by_role = roots
        self._by_id = {root.id: root for root in roots.values()}

    @classmethod
    def load(cls, directory: Path) -> "LocalFileProvider":
        """Read both files. Raises `ConfigurationError` if one is missing, loose or malformed."""
        return cls({role: _read(_path(directory, role), role) for role in Role})

    def roots(self) -> dict[str, tuple[Role, bytes]]:
        return {root.id: (root.role, root.key.commitment) for root in self._by_id.values()}

    def wrap(self, role: Role, secret: bytes, binding: Binding) -> tuple[str, bytes]:
        root = self._by_role[role]
        return root.id, seal(root.key.key, secret, binding)

    def unwrap(self, root_id: str, wrapped: bytes, binding: Binding) -> bytes:
        if root_id not in self._by_id:
            raise Unavailable("the root key of a stored key is not loaded")
        return open_sealed(self._by_id[root_id].key.key, wrapped, binding)


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
        temporary.unlink()
    _sync_directory(path.parent)


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
