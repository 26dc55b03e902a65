"""The service as it is deployed, in processes of its own, which a test may freeze and kill."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import Clock
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import running
from telecom_privacy.storage.embedded_state import EmbeddedState
from tests.builders import Api, MovableClock
from tests.http.gunicorn import CONFIGURATION

ANSWER_SECONDS = 15
"""How long a caller waits: a service that is only without its database answers well before."""

_SETTLE_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """What `telecom-privacy serve` becomes, on a directory and a port of its own."""

    directory: Path
    workers: int = 2
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    master: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
        ours = {
            "DATA_DIR": str(self.directory / "data"),
            "KEY_DIR": str(self.directory / "keys"),
            "PORT": str(self.port),
            "WORKERS": str(self.workers),
            **self.more,
        }
        return inherited | {PREFIX + name: value for name, value in ours.items()}

    @property
    def log(self) -> Path:
        return self.directory / "serve.log"

    def start(self) -> "Service":
        with self.log.open("ab") as log:
            self.master = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", CONFIGURATION],
                env=self.environment,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.is_ready)
        return self

    def stop(self) -> None:
        """Stop it as an administrator does; what does not stop is killed."""
        if self.master is None:
            return
        self.master.send_signal(signal.SIGTERM)
        try:
            self.master.wait(_SETTLE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.master.pid, signal.SIGKILL)
            self.master.wait()
        self.master = None

    def kill_master(self) -> None:
        """Kill the master; its workers notice, and free the port."""
        assert self.master is not None
        self.master.kill()
        self.master.wait()
        self.master = None
        wait_for(lambda: not _listens(self.port))

    def kill_workers(self) -> None:
        for pid in self.worker_pids():
            os.kill(pid, signal.SIGKILL)

    def worker_pids(self) -> list[int]:
        assert self.master is not None
        pid = self.master.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if b"gunicorn" in _command_line(int(child))]

    def kill_database(self) -> None:
        """Kill the embedded database and wait until it has come back."""
        killed = self.database_pid()
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: (state := EmbeddedState.read(self._data)) and state.pid != killed)

    def database_pid(self) -> int:
        wait_for(lambda: EmbeddedState.read(self._data))
        state = EmbeddedState.read(self._data)
        assert state is not None
        return state.pid

    def is_ready(self) -> bool:
        assert self.master is None or self.master.poll() is None, self.log.read_text()[-2000:]
        try:
            return self.request("GET", "/readyz").status == 200
        except (OSError, HTTPException):
            return False

    def request(
        self,
        method: str,
        path: str,
        key: str | None = None,
        body: Any = None,
        media_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """Send one request. Raises `OSError` or `HTTPException` where nobody answers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            sent["Authorization"] = f"Bearer {key}"
        if body is not None:
            sent["Content-Type"] = media_type
        data = json.dumps(body) if media_type == "application/json" and body is not None else body
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def insist(self, method: str, path: str, **more: Any) -> Answer:
        """Ask again, as a platform does, until the service has answered for good."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            try:
                answer = self.request(method, path, **more)
            except (OSError, HTTPException):
                answer = Answer(503, {}, b"")
            if answer.status != 503:
                return answer
            assert time.monotonic() < deadline, "the service did not come back"
            time.sleep(0.1)

    def settings(self) -> Settings:
        """The settings with which another process works on the same databases."""
        environment = {k: v for k, v in self.environment.items() if k.startswith(PREFIX)}
        if "MONGODB_URI" not in self.more:
            wait_for(lambda: running(self._data))
            uri = running(self._data) or ""
            names = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")
            environment |= {PREFIX + name: uri for name in names}
        return Settings.from_environment(environment)

    @contextmanager
    def beside(self, clock: Clock | None = None) -> Iterator[Services]:
        """Services of the test's own process on the same databases, at a time of its own."""
        services = bootstrap.build_services(self.settings(), clock)
        services.epoch.start()
        try:
            yield services
        finally:
            services.epoch.stop()
            services.databases.close()

    @contextmanager
    def api(self, clock: MovableClock) -> Iterator[Api]:
        """Hands things in at a time of its own; its API keys are good for the service too."""
        with self.beside(clock) as services:
            yield Api(create_app(services), services.accounts, clock)

    @property
    def _data(self) -> Path:
        return self.directory / "data"


class SlowRequest:
    """A request whose body is sent piece by piece, over a socket of its own."""

    def __init__(
        self, service: Service, method: str, path: str, key: str, media_type: str, length: int
    ) -> None:
        self._socket = socket.create_connection(("127.0.0.1", service.port), ANSWER_SECONDS)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
        self.send(head.encode())

    def send(self, piece: bytes) -> None:
        self._socket.sendall(piece)

    def finish(self, rest: bytes) -> bytes:
        """Send the rest and return the status of the answer; empty if the connection was cut."""
        received = b""
        try:
            self.send(rest)
            while piece := self._socket.recv(65536):
                received += piece
        except ConnectionError:
            return b""
        finally:
            self._socket.close()
        return received[9:12]


def wait_for(is_true: Callable[[], object], seconds: float = _SETTLE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
