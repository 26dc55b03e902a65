"""gunicorn's worker and logger, made to keep what requests hold out of the logs.

Paths, queries and headers hold numbers, names and keys. gunicorn writes them into its error log
when a request is malformed or fails, and quotes them in its HTML error pages. It also waits for
slow senders in the threads that serve requests: here each wait has an end.
"""

import json
import signal
import ssl
import time
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from gunicorn import util
from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.http import errors
from gunicorn.http.body import Body as GunicornBody
from gunicorn.workers.gthread import ThreadWorker

from telecom_privacy.connection import PatientSocket
from telecom_privacy.http.logs import JsonFormatter
from telecom_privacy.http.overload import WAITED
from telecom_privacy.http.problems import MEDIA_TYPE, title

_HEAD_SECONDS = 5.0
_UNREAD_BODY_SECONDS = 2.0
_MOST_UNREAD_BYTES = 64 * 1024  # gunicorn itself reads no more of a body that nobody wanted

_STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (errors.InvalidResponseHeader, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.InvalidResponseHeaderName, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.ConfigurationProblem, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (errors.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (errors.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED),
    (errors.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED),
    (errors.ForbiddenProxyRequest, HTTPStatus.FORBIDDEN),
    (errors.ParseException, HTTPStatus.BAD_REQUEST),
    (ssl.SSLError, HTTPStatus.BAD_REQUEST),
    (Exception, HTTPStatus.INTERNAL_SERVER_ERROR),
)


class Body(GunicornBody):  # type: ignore[misc]  # gunicorn has no types
    """A body whose framing is malformed fails like one that is cut off: with `OSError`."""

    def __init__(self, request: Any) -> None:
        super().__init__(request.body.reader)
        self._request = request

    def read(self, size: int | None = None) -> bytes:
        try:
            content: bytes = super().read(size)
        except errors.ParseException as error:
            raise OSError("the framing of the body is malformed") from error
        return content

    def settle_connection(self) -> None:
        """Let the answer say that the connection ends where the body's rest is not waited for."""
        left = getattr(self.reader, "length", 0)
        if self.failed or left > _MOST_UNREAD_BYTES:
            self._request.force_close()


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers what never reaches the application with a problem document (RFC 9457)."""

    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = _knowing_connections(self.wsgi)

    def enqueue_req(self, conn: Any) -> None:
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket(fileno=conn.sock.detach())
        conn.sock.queue()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        conn.sock.begin()
        conn.sock.expire_in(_HEAD_SECONDS)
        outcome = super().handle(conn)
        if outcome is False:
            conn.sock.linger()  # gunicorn would, in the one thread that accepts connections
        return outcome

    def handle_request(self, req: Any, conn: Any) -> Any:
        conn.sock.expire_in(None)
        req.body = Body(req)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Whether another request may follow: only if the rest of this one's body comes soon."""
        conn.sock.expire_in(_UNREAD_BODY_SECONDS)
        try:
            deadline = time.monotonic() + _UNREAD_BODY_SECONDS
            return keepalive and bool(conn.parser.finish_body(deadline))
        except OSError:
            return False

    def init_signals(self) -> None:
        super().init_signals()
        # Ctrl-C reaches every process of the terminal; the master says how to stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle_error(self, _request: Any, client: Any, _address: Any, error: Exception) -> None:
        status = next(status for kind, status in _STATUSES if isinstance(error, kind))
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request failed", exc_info=error)
        else:
            self.log.warning("a malformed request was refused: %s", type(error).__name__)
        try:
            util.write_nonblock(client, problem(status))
        except OSError:
            self.log.info("a client left before it was answered")


class Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn has no types
    """Writes lines like the application's own, and never what a request held."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Nothing: gunicorn's debug lines hold paths and the whole configuration."""

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        # `msg` and its arguments may quote the request; the formatter keeps an error's text out.
        self.error("an unexpected error", exc_info=True)


def _knowing_connections(application: Any) -> Any:
    """Tells the application how long a request waited, and ends connections as `Body` says."""

    def knowing(environ: Any, start_response: Any) -> Any:
        environ[WAITED] = environ["gunicorn.socket"].waited

        def start(*head: Any) -> Any:
            environ["wsgi.input"].settle_connection()
            return start_response(*head)

        return application(environ, start)

    return knowing


def problem(status: HTTPStatus) -> bytes:
    """A whole HTTP/1.1 response, after which the connection is closed."""
    body = json.dumps(
        {
            "type": "about:blank",
            "title": title(status),
            "status": status.value,
            "detail": status.description or title(status),
        }
    )
    head = (
        f"HTTP/1.1 {status.value} {title(status)}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {uuid4()}",
    )
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode("ascii")
