"""gunicorn's worker and logger, made to keep what requests hold out of the logs.

Paths, queries and headers hold numbers, names and keys. gunicorn writes them into its error log
when a request is malformed or fails, and quotes them in its HTML error pages.
"""

import json
import signal
import ssl
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from gunicorn import util
from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from telecom_privacy.http.logs import JsonFormatter
from telecom_privacy.http.problems import MEDIA_TYPE

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


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers what never reaches the application with a problem document (RFC 9457)."""

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


def problem(status: HTTPStatus) -> bytes:
    """A whole HTTP/1.1 response, after which the connection is closed."""
    body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status.value})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {uuid4()}",
    )
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode("ascii")
