"""The embedded database: SecantusDB's own program in a child process, for evaluation and tests.

Production uses MongoDB. SecantusDB is beta and under the GPL: its program is run, never imported,
and it comes with the extra `[embedded]` only.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.storage import child
from telecom_privacy.storage.embedded_state import EmbeddedState, answers

_PROGRAM = "secantusd-py"
_LOCK_SECONDS = 3.0  # one that was killed a moment ago needs a moment to be gone
_START_SECONDS = 60.0
_TERM_SECONDS = 6.0  # SIGTERM is swallowed now and then: ask twice
_POLL_SECONDS = 0.02


class EmbeddedServer:
    """A running embedded database. Make one with `start`; `with` stops it at the end.

    It comes back by itself, on the same port, if it is killed, and is gone when this process is.
    """

    def __init__(self, directory: Path, port: int, supervisor: subprocess.Popen[bytes]) -> None:
        self._directory = directory
        self._port = port
        self._supervisor = supervisor

    @classmethod
    def start(cls, directory: Path, port: int | None = None) -> Self:
        """Start the database that lives in `directory` and wait until it answers.

        `directory` is made if need be and must be private to its owner (mode 700). The data is in
        its sub-directory `embedded`, what the program says in `embedded.log`. Call it from the main
        thread: the database dies with the thread that started it.

        Raises `ConfigurationError` if the program is not installed, the directory is not private,
        the directory or the port is in use, or the program does not start.
        """
        program = _find_program()
        _make_private(directory)
        with _exclusive_lock(directory) as lock:
            EmbeddedState.remove(directory)
            log_start = _log_path(directory).stat().st_size
            port = _free_port(port or 0)
            server = cls(directory, port, _spawn(program, directory, port, lock))
            server._wait_until_ready(log_start)
        return server

    @property
    def uri(self) -> str:
        """The MongoDB connection string, without a database name."""
        return EmbeddedState.uri_of(self._port)

    @property
    def port(self) -> int:
        return self._port

    @property
    def pid(self) -> int | None:
        """The process that holds the data, or nothing while it is coming back."""
        state = EmbeddedState.read(self._directory)
        return state.pid if state else None

    def stop(self) -> None:
        """Stop the database and wait until it has gone. Stopping twice is harmless."""
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            if self._supervisor.poll() is None:
                os.killpg(self._supervisor.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._supervisor.wait(_TERM_SECONDS)
                break
        EmbeddedState.remove(self._directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait_until_ready(self, log_start: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while EmbeddedState.read(self._directory) is None:
            if self._supervisor.poll() is not None:
                reason = _last_line(_log_path(self._directory), log_start)
                raise ConfigurationError(f"the embedded database does not start: {reason}")
            if time.monotonic() > deadline:
                self.stop()
                raise ConfigurationError("the embedded database does not answer in time")
            time.sleep(_POLL_SECONDS)


def running(directory: Path) -> str | None:
    """The connection string of the embedded database that runs in `directory`, if one does."""
    try:
        lock = _lock_path(directory).open("rb")
    except OSError:
        return None
    with lock:
        if _try_lock(lock, fcntl.LOCK_SH):
            return None
    state = EmbeddedState.read(directory)
    return state.uri if state and answers(state.uri) else None


def _find_program() -> str:
    beside = Path(sys.executable).with_name(_PROGRAM)
    found = str(beside) if beside.is_file() else shutil.which(_PROGRAM)
    if found is None:
        raise ConfigurationError(
            f"the embedded database ({_PROGRAM}) is missing: install the extra "
            "telecom-privacy[embedded], or set the URIs of a MongoDB"
        )
    return found


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(directory.iterdir()):
            directory.chmod(0o700)
        # Not changed for the owner once it holds something: it may be /var, by mistake.
        if directory.stat().st_mode & 0o077:
            raise ConfigurationError(f"the data directory {directory} must be private (chmod 700)")
        _log_path(directory).touch(mode=0o600)
    except OSError as error:
        raise ConfigurationError(
            f"the data directory {directory} cannot be used: {error.strerror}"
        ) from error


@contextmanager
def _exclusive_lock(directory: Path) -> Iterator[BinaryIO]:
    """Lock `directory`. Processes that inherit the file keep it locked until they end."""
    deadline = time.monotonic() + _LOCK_SECONDS
    with _lock_path(directory).open("ab") as lock:
        while not _try_lock(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise ConfigurationError(f"another service is using the data directory {directory}")
            time.sleep(_POLL_SECONDS)
        yield lock


def _try_lock(lock: BinaryIO, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _spawn(program: str, directory: Path, port: int, lock: BinaryIO) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "telecom_privacy.storage.embedded_supervisor"]
    arguments += [program, str(directory), str(port), str(lock.fileno())]
    with _log_path(directory).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own modules and the program found above
            child.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock.fileno(),),
            start_new_session=True,  # Ctrl-C is for the service, which stops it last
        )


def _free_port(port: int) -> int:
    """`port` itself if nothing listens there; 0 stands for any."""
    try:
        with socket.create_server(("127.0.0.1", port)) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ConfigurationError(
            f"the embedded database cannot listen on port {port}: it is taken"
        ) from error


def _last_line(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode(errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else "it says nothing"


def _lock_path(directory: Path) -> Path:
    return directory / "embedded.lock"


def _log_path(directory: Path) -> Path:
    return directory / "embedded.log"
