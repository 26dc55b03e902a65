"""Speaks HTTP to the service: inside this process, or over the loopback."""

import json
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Protocol

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.demo.caller import Answer
from telecom_privacy.errors import Unavailable

_TIMEOUT_SECONDS = 60.0
_IDLE_SECONDS = 5.0  # the service closes a connection that is not used for 15 s
_JSON = "application/json"


class Transport(Protocol):
    def send(
        self,
        method: str,
        path: str,
        key: str | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request with an API key; returns the whole answer, whatever its status."""
        ...


def send_json(
    transport: Transport, method: str, path: str, key: str | None, value: Mapping[str, Any]
) -> Answer:
    headers = {"Content-Type": _JSON}
    return transport.send(method, path, key, json.dumps(value).encode(), headers)


class InProcess:
    """The application itself, without sockets."""

    def __init__(self, services: Services) -> None:
        self._app = create_app(services)

    def send(
        self,
        method: str,
        path: str,
        key: str | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {**(headers or {}), **_credential(key)}
        client = self._app.test_client()
        answer = client.open(path, method=method, data=body, headers=sent)
        return Answer(answer.status_code, {}, answer.get_data())


class Remote:
    """A service that listens somewhere; every thread keeps a connection of its own open."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._own = threading.local()

    def send(
        self,
        method: str,
        path: str,
        key: str | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Raises `Unavailable` if there is no answer."""
        connection = self._connection()
        sent = {**(headers or {}), **_credential(key)}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        except (OSError, HTTPException) as error:
            connection.close()  # the next request opens it again
            raise Unavailable("the service does not answer") from error

    def _connection(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._own, "connection", None)
        now = time.monotonic()
        if connection is None or now - self._own.used_at > _IDLE_SECONDS:
            connection = HTTPConnection(self._host, self._port, timeout=_TIMEOUT_SECONDS)
            self._own.connection = connection
        self._own.used_at = now
        return connection


def _credential(key: str | None) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}
