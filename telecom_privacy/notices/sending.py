"""Sending a notice over HTTPS to an address that was checked."""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Thread, Timer
from time import monotonic

from telecom_privacy.notices.addresses import Endpoint, Refused, endpoint_of, resolved

_MOST_ADDRESSES = 2
_CONNECT_SECONDS = 5.0
_TOTAL_SECONDS = 15.0


class Failed(Exception):
    """There was no answer. `str(error)` says why, in a word for machines."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: its status, and after how many seconds it wants another attempt."""

    status: int
    retry_after: int | None = None


class Sender:
    """Sends without following redirects, and reads no body.

    `private` allows plain HTTP and addresses that are not public. `tls` is for receivers whose
    certificates a private authority issued.
    """

    def __init__(self, private: bool, tls: ssl.SSLContext | None = None) -> None:
        self._private = private
        self._own_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # When it is first needed: reading all root certificates takes longer than most of a start.
        return self._own_tls or ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one attempt, within 15 s from the look-up of the name on. Raises `Failed`."""
        deadline = monotonic() + _TOTAL_SECONDS
        try:
            endpoint = endpoint_of(url, self._private)
            addresses = _resolved(endpoint, self._private, deadline)
            connected = _connected(addresses[:_MOST_ADDRESSES], endpoint.port, deadline)
            with connected, _within(_left(deadline), connected) as is_late:
                return self._exchange(endpoint, connected, headers, body, is_late)
        except (OSError, HTTPException) as error:
            raise Failed(_word(error)) from error
        except (ValueError, Refused) as error:
            raise Failed("address-not-allowed") from error

    def _exchange(
        self,
        endpoint: Endpoint,
        connected: socket.socket,
        headers: Mapping[str, str],
        body: bytes,
        is_late: Event,
    ) -> Answer:
        try:
            connection = self._connection(endpoint, connected)
            try:
                connection.request("POST", endpoint.path, body, dict(headers))
                answer = _answer(connection.getresponse())
            finally:
                connection.close()
        except (OSError, HTTPException) as error:
            if is_late.is_set():
                raise TimeoutError from error
            raise
        if is_late.is_set():  # a head that was cut off may pass for one that ended
            raise TimeoutError
        return answer

    def _connection(self, endpoint: Endpoint, connected: socket.socket) -> HTTPConnection:
        if not endpoint.is_secure:
            connection = HTTPConnection(endpoint.host, endpoint.port)
            connection.sock = connected.dup()
            return connection
        secure = HTTPSConnection(endpoint.host, endpoint.port, context=self._tls)
        secure.sock = self._tls.wrap_socket(connected.dup(), server_hostname=endpoint.host)
        return secure


def _left(deadline: float) -> float:
    """The seconds until then. Raises `TimeoutError`."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _resolved(endpoint: Endpoint, private: bool, deadline: float) -> list[str]:
    """As `resolved`, in bounded time: a resolver cannot be interrupted, only left to itself."""
    found: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            found.set_result(resolved(endpoint, private))
        except Exception as error:  # raised again to whoever waits
            found.set_exception(error)

    Thread(target=look_up, name="resolver", daemon=True).start()
    return found.result(_left(deadline))


def _connected(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first address that answers. Raises `OSError`."""
    for number, address in enumerate(addresses, 1):
        seconds = min(_CONNECT_SECONDS, _left(deadline))
        try:
            return socket.create_connection((address, port), seconds)
        except OSError:
            if number == len(addresses):
                raise
    raise ConnectionError


@contextmanager
def _within(seconds: float, connected: socket.socket) -> Iterator[Event]:
    """Bound all waiting together: a receiver that drips bytes would keep the thread for ever."""
    is_late = Event()

    def end() -> None:
        is_late.set()
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    connected.settimeout(seconds)
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def _answer(response: HTTPResponse) -> Answer:
    after = response.headers.get("Retry-After", "")
    return Answer(response.status, int(after) if after.isascii() and after.isdigit() else None)


def _word(error: OSError | HTTPException) -> str:
    words: tuple[tuple[type[Exception], str], ...] = (
        (TimeoutError, "timeout"),
        (ssl.SSLError, "tls"),
        (socket.gaierror, "name-not-found"),
        (OSError, "connection"),
        (HTTPException, "protocol"),
    )
    return next(word for kind, word in words if isinstance(error, kind))
