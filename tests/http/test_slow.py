"""Senders that stall: each is given up, and the others are answered meanwhile."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import connect
from tests.builders import recording_path
from tests.http.gunicorn import CONFIGURATION, Service, serving

THREADS = 4
UPLOAD = f"PUT {recording_path('cabinet', 'call-1')} HTTP/1.1"
FRAMING = "Content-Length: 1000000"
IMPATIENT = f"""
from telecom_privacy import connection

connection.PATIENCE_SECONDS = 4.0  # not the service's own 30
with open({str(CONFIGURATION)!r}) as shipped:
    exec(shipped.read())
"""


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    configuration = tmp_path_factory.mktemp("impatient") / "gunicorn.conf.py"
    configuration.write_text(IMPATIENT)
    with serving(settings, THREADS, configuration) as service:
        yield service
    databases = connect(settings)
    for database in (databases.bulk, databases.keystore, databases.audit):
        database.client.drop_database(database.name)
    databases.close()


@pytest.fixture
def stalled(service: Service) -> Iterator["Stalled"]:
    with ExitStack() as connections:
        yield Stalled(service, connections)


class Stalled:
    """Opens connections that say a little and then nothing more."""

    def __init__(self, service: Service, connections: ExitStack) -> None:
        self._service = service
        self._connections = connections

    def open(self, *lines: str) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._service.port), timeout=60)
        self._connections.enter_context(opened)
        opened.sendall("\r\n".join(lines).encode())
        return opened


def test_refused_bodies_that_never_come_do_not_keep_the_threads(
    service: Service, stalled: Stalled
) -> None:
    refused = [stalled.open(UPLOAD, "Host: test", FRAMING, "", "x") for _ in range(2 * THREADS)]
    assert service.request("GET", "/healthz", "")[0] == 200
    for connection in refused:
        answer = _everything(connection)
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert b"Connection: close" in answer


def test_heads_and_uploads_that_stall_are_given_up_and_who_waited_for_them_may_come_again(
    service: Service, stalled: Stalled
) -> None:
    platform = service.keys["platform"]
    head = ["Host: test", f"Authorization: Bearer {platform}", "Content-Type: application/json"]
    calls = "PUT /v1/clients/cabinet/calls/call-1 HTTP/1.1"
    uploads = [stalled.open(calls, *head, "Content-Length: 1000", "", "{") for _ in range(2)]
    heads = [stalled.open("GET /healthz HTTP/1.1", "Host: te") for _ in range(THREADS - 2)]
    checkpoint = "GET /v1/audit/checkpoint HTTP/1.1"
    late = stalled.open(checkpoint, "Host: test", "Connection: close", "", "")
    assert service.request("GET", "/healthz", "")[0] == 200  # waited as long: probes are answered
    refused = _everything(late)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 2\r\n" in refused
    assert b"\r\nX-Request-Id: " in refused
    for connection in heads:
        assert _everything(connection) == b""
    for connection in uploads:
        assert _everything(connection).startswith(b"HTTP/1.1 400 ")


def test_a_connection_serves_another_request_after_a_small_refused_body(
    service: Service, stalled: Stalled
) -> None:
    first = stalled.open(UPLOAD, "Host: test", "Content-Length: 3", "", "abc")
    assert first.recv(65536).startswith(b"HTTP/1.1 401 ")
    first.sendall(b"GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    assert b"200 OK" in _everything(first)


def _everything(connection: socket.socket) -> bytes:
    answer = b""
    while received := connection.recv(65536):
        answer += received
    return answer
