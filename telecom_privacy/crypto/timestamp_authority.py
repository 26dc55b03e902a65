"""Asking a time stamp authority over HTTP (RFC 3161 section 3.4)."""

import http.client
import time
from urllib.parse import SplitResult, urlsplit

from telecom_privacy.crypto.certificates import load_certificates
from telecom_privacy.crypto.timestamps import accept_stamp, request_stamp
from telecom_privacy.errors import ConfigurationError, IntegrityError, Unavailable

_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"
_MOST_BYTES = 65_536
_PIECE = 4096


class TimestampAuthority:
    """The authority at an HTTP(S) address, trusted by its root certificates (PEM)."""

    def __init__(self, url: str, authorities: bytes, patience: float = 10.0) -> None:
        """`patience`: seconds that a stamp may take. Raises `ConfigurationError`."""
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
        try:
            return self._exchange(connection, body)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable("the time stamp authority cannot be reached") from error
        finally:
            connection.close()

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes) -> bytes:
        deadline = time.monotonic() + self._patience
        path = self._url._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("POST", path, body, {"Content-Type": _QUERY, "Accept": _REPLY})
        answer = connection.getresponse()
        if answer.status != http.client.OK or answer.headers.get_content_type() != _REPLY:
            raise Unavailable("the time stamp authority does not answer with a stamp")
        return _read(answer, deadline)


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read a short body: one that drips in, or never ends, is given up."""
    received = b""
    while piece := answer.read1(_PIECE):
        received += piece
        if len(received) > _MOST_BYTES or time.monotonic() > deadline:
            raise Unavailable("the time stamp authority takes too long to answer")
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
