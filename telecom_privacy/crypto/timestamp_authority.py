"""Asking a time stamp authority over HTTP (RFC 3161 section 3.4)."""

import http.client
import socket
from concurrent.futures import Future
from contextlib import suppress
from threading import Event, Thread
from urllib.parse import SplitResult, urlsplit

from telecom_privacy.crypto.certificates import load_certificates
from telecom_privacy.crypto.timestamps import accept_stamp, request_stamp
from telecom_privacy.errors import ConfigurationError, IntegrityError, Unavailable

_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"
_MOST_BYTES = 65_536
_PIECE = 4096

PATIENCE_SECONDS = 10.0
"""How long one stamp may take in all."""


class TimestampAuthority:
    """The authority at an HTTP(S) address, trusted by its root certificates (PEM)."""

    def __init__(self, url: str, authorities: bytes, patience: float = PATIENCE_SECONDS) -> None:
        """`patience`: seconds that a stamp may take in all, from the look-up of the name on.

        Raises `ConfigurationError`.
        """
        self._url = _address(url)
        self._authorities = authorities
        self._patience = patience
        try:
            load_certificates(authorities)
        except IntegrityError as error:
            raise ConfigurationError("not the certificates of a time stamp authority") from error

    def stamp(self, content: bytes) -> bytes:
        """Return the stamp over `content` (DER, as answered), checked.

        Raises `Unavailable` when no stamp can be had now, `IntegrityError` for a wrong one.
        """
        request = request_stamp(content)
        answer = self._ask(request.body)
        accept_stamp(request, answer, self._authorities)
        return answer

    def _ask(self, body: bytes) -> bytes:
        secure = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        host = self._url.hostname or ""
        connection = kind(host, self._url.port, timeout=self._patience)
        exchange, answer = _Exchange(connection), Future[bytes]()

        def ask() -> None:
            try:
                answer.set_result(self._exchange(exchange, body))
            except Exception as error:  # raised again to whoever waits
                answer.set_exception(error)

        # A resolver cannot be interrupted, nor can who drips bytes: they are left to themselves.
        Thread(target=ask, name="time-stamp", daemon=True).start()
        try:
            return answer.result(self._patience)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable("the time stamp authority cannot be reached") from error
        finally:
            exchange.end()

    def _exchange(self, exchange: "_Exchange", body: bytes) -> bytes:
        connection = exchange.connect()
        path = self._url._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("POST", path, body, {"Content-Type": _QUERY, "Accept": _REPLY})
        answer = connection.getresponse()
        if answer.status != http.client.OK or answer.headers.get_content_type() != _REPLY:
            raise Unavailable("the time stamp authority does not answer with a stamp")
        return _read(answer)


class _Exchange:
    """A connection that is ended from another thread than the one that waits for it."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._is_over = Event()

    def connect(self) -> http.client.HTTPConnection:
        """Raises `TimeoutError` if nobody waits any more, and `OSError`."""
        self._connection.connect()
        if self._is_over.is_set():
            self.end()
            raise TimeoutError
        return self._connection

    def end(self) -> None:
        self._is_over.set()
        connected: socket.socket | None = self._connection.sock
        if connected:
            with suppress(OSError):  # it may be closed already
                connected.shutdown(socket.SHUT_RDWR)
        self._connection.close()


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Read a short body: one that is long is given up."""
    received = b""
    while piece := answer.read1(_PIECE):
        received += piece
        if len(received) > _MOST_BYTES:
            raise Unavailable("the time stamp authority does not answer with a stamp")
    return received


def _address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError as error:
        raise ConfigurationError("the address of the time stamp authority is wrong") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError("the address of the time stamp authority is not one of HTTP(S)")
    return parts
