"""Runs the product's own command: the service as a child process, the verifiers one by one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from telecom_privacy.demo.caller import Caller
from telecom_privacy.demo.errors import ClaimFailed
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.settings import PREFIX
from telecom_privacy.storage import child

_PROGRAM = "telecom-privacy"
_NOT_PASSED_ON = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI", "KEY_DIR", "DATABASE_PREFIX")
_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not bound here: how to reach it
_START_SECONDS = 90.0
_STOP_SECONDS = 50.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Command:
    """The product's command, working in the demo's directory whatever else is configured."""

    directory: Path
    config_dir: Path
    host: str
    port: int

    def environment(self) -> dict[str, str]:
        """The caller's environment, but with the embedded database in the demo's directory."""
        passed_on = {
            name: value
            for name, value in os.environ.items()
            if name.removeprefix(PREFIX) not in _NOT_PASSED_ON
        }
        own = {
            "DATA_DIR": str(self.directory),
            "CONFIG_DIR": str(self.config_dir.resolve()),
            "HOST": self.host,
            "PORT": str(self.port),
            "DEFAULT_REGION": "FR",
        }
        return passed_on | {PREFIX + name: value for name, value in own.items()}

    def serving(self) -> list[str]:
        """The program and its arguments that serve. Raises `ConfigurationError`."""
        return [program(), "serve"]

    def run(self, *arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
        """Run a command in `directory` to its end; its status is for the caller to judge."""
        return subprocess.run(  # noqa: S603 - our own command
            [program(), *arguments],
            cwd=directory,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )


class ServiceProcess:
    """A running `telecom-privacy serve`. `with` stops it at the end, its database with it."""

    def __init__(self, command: Command) -> None:
        """Start the service; it logs to `service.log` in the demo's directory.

        Raises `ConfigurationError` with the service's own reason if it does not start.
        """
        self._command = command
        self._log = command.directory / "service.log"
        self._process = _spawn(command, self._log)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    @property
    def caller(self) -> Caller:
        """A caller without a key."""
        return Caller(_LOCAL.get(self._command.host, self._command.host), self._command.port)

    def wait(self) -> None:
        """Wait until the service ends by itself. Raises `ClaimFailed` as it should not."""
        self._process.wait()
        raise ClaimFailed(f"the service has ended: {self._last_line()}")

    def stop(self) -> None:
        """Ask it to finish what it is doing, and wait; kill it if that takes too long."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its workers and its database die with it
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None:
                raise ConfigurationError(f"the service does not start: {self._last_line()}")
            if time.monotonic() > deadline:
                raise ConfigurationError(f"the service does not get ready; see {self._log}")
            time.sleep(_POLL_SECONDS)

    def _is_ready(self) -> bool:
        try:
            return self.caller.send("GET", "/readyz").status == 200
        except ClaimFailed:
            return False

    def _last_line(self) -> str:
        lines = self._log.read_text(errors="replace").split("\n")
        said = [line for line in lines if line.strip()]
        return said[-1].removeprefix(f"{_PROGRAM}: ") if said else "it says nothing"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def program() -> str:
    """Where the command is installed. Raises `ConfigurationError`."""
    beside = Path(sys.executable).with_name(_PROGRAM)
    found = str(beside) if beside.is_file() else shutil.which(_PROGRAM)
    if found is None:
        raise ConfigurationError(f"the command {_PROGRAM} is not installed")
    return found


def _spawn(command: Command, log: Path) -> subprocess.Popen[bytes]:
    arguments = child.command(*command.serving())
    with log.open("ab") as errors:
        return subprocess.Popen(  # noqa: S603 - our own command
            arguments,
            env=command.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # it prints the admin key there
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for the demo, which stops the service
        )
