"""The edge as gunicorn serves it: several workers, malformed requests, and what the log says."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from telecom_privacy.settings import PREFIX, Settings, default_config_dir

NUMBER, NAME = "33612345678", "Lefebvre"
_PATIENCE_SECONDS = 60
_PROMISED_SECONDS = 1.0
_WORKERS = 3

MALFORMED = [
    f"GET /{NUMBER}\r\n\r\n",
    f"GET /{NUMBER} HTTP/9.9\r\n\r\n",
    f"{NUMBER} /{NAME} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"get,{NUMBER} /{NAME} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"GET /{NUMBER} HTTP/1.1\r\n{NAME} : {NUMBER}\r\n\r\n",
    f"GET /{NUMBER} HTTP/1.1\r\n{NAME}\r\n\r\n",
    f"GET /{NUMBER} HTTP/1.1\r\nHost: {NAME}/{NUMBER}@\r\n\r\n",
    f"GET /{NUMBER * 1000} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"GET /{NUMBER} HTTP/1.1\r\nHost: x\r\nX: {NAME * 5000}\r\n\r\n",
    f"PUT /{NUMBER} HTTP/1.1\r\nHost: x\r\nContent-Length: {NAME}\r\n\r\n",
    f"PUT /{NUMBER} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {NAME}\r\n\r\n",
    f"PUT /{NUMBER} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{NAME}\r\n\r\n",
    f"PUT /{NUMBER} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{NAME}",
    f"GET http://{NAME}/{NUMBER} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"GET /%zz{NUMBER}%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    f"GET /v1/clients/{NAME} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {NUMBER}\r\n\r\n",
    f"\x16\x03\x01{NUMBER}\r\n\r\n",
]


@dataclass(frozen=True)
class Served:
    """A running service."""

    port: int
    key: str
    log: Path

    def request(
        self, method: str, path: str, key: str, body: Any = None
    ) -> tuple[int, dict[str, Any]]:
        """Send a request on a connection of its own, so that any worker may get it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else {}

    def raw(self, request: str) -> bytes:
        """Send bytes and read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request.encode("latin-1"))
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            with suppress(ConnectionResetError):
                while piece := connection.recv(65536):
                    answer += piece
            return answer


@pytest.fixture(scope="module")
def served(
    database_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service under gunicorn, on databases of its own. Its log is whole after `stop`."""
    directory = tmp_path_factory.mktemp("served")
    prefix, port = f"test_{uuid4().hex[:12]}", _free_port()
    log = directory / "log"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        str(default_config_dir() / "gunicorn.conf.py"),
    ]
    environment = _environment(database_settings, directory, prefix, port)
    with log.open("wb") as file, (directory / "out").open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, stdout=out, stderr=file, start_new_session=True
        )
    try:
        _wait_until_ready(port, process)
        yield Served(port, (directory / "data" / "admin.key").read_text().strip(), log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_SECONDS)
        _drop_databases(database_settings, prefix)


def test_a_revoked_key_is_refused_by_every_worker_within_a_second(served: Served) -> None:
    status, issued = served.request(
        "POST", "/v1/api-keys", served.key, {"role": "dpo", "label": "to be revoked"}
    )
    assert status == HTTPStatus.CREATED
    assert _answers(served, issued["key"]) == {HTTPStatus.OK}
    status, _ = served.request("DELETE", f"/v1/api-keys/{issued['id']}", served.key)
    assert status == HTTPStatus.NO_CONTENT
    time.sleep(_PROMISED_SECONDS)
    assert _answers(served, issued["key"]) == {HTTPStatus.UNAUTHORIZED}


def test_malformed_requests_are_problems_and_leave_no_trace_of_what_they_held(
    served: Served,
) -> None:
    for request in MALFORMED:
        head, _, body = served.raw(request).partition(b"\r\n\r\n")
        assert head, request
        status = int(head.split()[1])
        assert HTTPStatus.BAD_REQUEST <= status <= HTTPStatus.NOT_IMPLEMENTED, request
        assert b"application/problem+json" in head, request
        assert b"x-request-id" in head.lower(), request
        assert json.loads(body)["status"] == status, request
        for value in (NUMBER, NAME):
            assert value.encode() not in head + body, request

    status, _ = served.request("GET", f"/v1/clients/{NAME}", served.key)
    assert status == HTTPStatus.NOT_FOUND
    logged = served.log.read_text()
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {line["process"] for line in lines}
    assert any(line.get("route") == "/v1/clients/<client>" for line in lines)
    for value in (NUMBER, NAME, served.key.split("_", 2)[2]):
        assert value not in logged


def _answers(served: Served, key: str) -> set[int]:
    return {served.request("GET", "/v1/clients", key)[0] for _ in range(10 * _WORKERS)}


def _environment(settings: Settings, directory: Path, prefix: str, port: int) -> dict[str, str]:
    given = {
        "MONGODB_URI": settings.mongodb_uri,
        "KEYSTORE_URI": settings.keystore_uri,
        "AUDIT_URI": settings.audit_uri,
        "DATABASE_PREFIX": prefix,
        "DATA_DIR": str(directory / "data"),
        "KEY_DIR": str(directory / "keys"),
        "PORT": str(port),
        "WORKERS": str(_WORKERS),
    }
    others = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    return others | {PREFIX + name: value for name, value in given.items() if value}


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.05)
    raise AssertionError("the service did not start")


def _drop_databases(settings: Settings, prefix: str) -> None:
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as client:
        for name in ("bulk", "keystore", "audit"):
            client.drop_database(f"{prefix}_{name}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
