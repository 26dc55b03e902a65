"""What gunicorn's master checks before anything is started, and what its workers answer and log."""

import socket
from http import HTTPStatus
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http import errors

from telecom_privacy import serving
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.worker import Logger, Worker

NUMBER = "+33612345678"


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"^cannot listen on 127.0.0.1 port {port}: "):
            serving.check_addresses([("127.0.0.1", port)])
    serving.check_addresses([("127.0.0.1", port)])


def test_an_error_of_ours_ends_the_process_with_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ending, serving.one_line_errors():
        raise ConfigurationError("the setting is wrong")
    assert ending.value.code == 1
    assert capsys.readouterr().err == "telecom-privacy: the setting is wrong\n"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidRequestLine(NUMBER), HTTPStatus.BAD_REQUEST),
        (errors.InvalidHeader(NUMBER), HTTPStatus.BAD_REQUEST),
        (errors.LimitRequestLine(1, 2), HTTPStatus.REQUEST_URI_TOO_LONG),
        (errors.LimitRequestHeaders(NUMBER), HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
        (errors.UnsupportedTransferCoding(NUMBER), HTTPStatus.NOT_IMPLEMENTED),
        (errors.InvalidResponseHeader(NUMBER), HTTPStatus.INTERNAL_SERVER_ERROR),
        (ValueError(NUMBER), HTTPStatus.INTERNAL_SERVER_ERROR),
    ],
)
def test_what_never_reaches_the_application_is_a_problem_that_quotes_nothing(
    error: Exception, status: HTTPStatus, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        _worker().handle_error(None, ours, ("127.0.0.1", 1), error)
        answer = theirs.recv(4096).decode()
    logged = capsys.readouterr().err
    assert answer.startswith(f"HTTP/1.1 {status.value} ")
    assert "Content-Type: application/problem+json" in answer
    assert type(error).__name__ in logged
    assert NUMBER not in answer + logged


def test_the_log_has_neither_the_path_of_a_failed_request_nor_the_text_of_its_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = _logger()
    try:
        raise LookupError(NUMBER)
    except LookupError:
        log.exception("Error handling request %s %s", "GET", f"/v1/{NUMBER}")
    log.debug("GET /v1/%s", NUMBER)
    logged = capsys.readouterr().err
    assert "LookupError" in logged
    assert NUMBER not in logged


def _logger() -> Logger:
    configuration: Any = Config()
    configuration.set("loglevel", "debug")
    return Logger(configuration)


def _worker() -> Worker:
    log = _logger()
    return Worker(1, 1, [], None, 30, log.cfg, log)
