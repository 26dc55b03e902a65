"""The first admin key: of all starts, on all machines, one issues it, and its file has it."""

import os
import time
from pathlib import Path
from uuid import uuid4

from telecom_privacy.accounts.model import new_secret, parsed, written
from telecom_privacy.accounts.service import AccountService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.storage.lease import Lease

_ACTOR = "system"
_POLL_SECONDS = 0.1


def issue_first_admin_key(
    accounts: AccountService, lease: Lease, path: Path, clock: Clock
) -> str | None:
    """Issue an admin key unless there is one that works; returns what its holder must send.

    It is in the file before it works. Of several machines one issues it and the others wait.
    Raises `ConfigurationError` if the file cannot be written.
    """
    owner = str(uuid4())
    while not accounts.has_admin():
        if lease.take(owner, clock.now()):
            try:
                return _issue(accounts, path)
            finally:
                lease.release(owner)
        time.sleep(_POLL_SECONDS)
    return None


def _issue(accounts: AccountService, path: Path) -> str | None:
    if accounts.has_admin():
        return None  # another was faster to take the lease
    credential = _left_behind(accounts, path) or written(uuid4(), new_secret()[0])
    try:
        _write(path, credential)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    accounts.issue_first_admin(_ACTOR, credential)
    return credential


def _left_behind(accounts: AccountService, path: Path) -> str | None:
    """What a start wrote that was killed before it could issue it."""
    try:
        credential = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    return credential if parsed(credential) and not accounts.knows(credential) else None


def _write(path: Path, credential: str) -> None:
    """Write the file for its owner only, so that it outlives a power cut."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(credential + "\n")
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
