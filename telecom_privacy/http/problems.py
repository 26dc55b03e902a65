"""Every error as `application/problem+json` (RFC 9457): one table from error to status."""

import json
import logging
from http import HTTPStatus

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from telecom_privacy.errors import (
    BadRequest,
    ClockMistrusted,
    Conflict,
    Forbidden,
    Gone,
    Held,
    IntegrityError,
    Invalid,
    KeyDestroyed,
    NotFound,
    PreconditionFailed,
    RangeNotSatisfiable,
    StorageFault,
    TelecomPrivacyError,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from telecom_privacy.http.logs import error_frames

RETRY_AFTER_SECONDS = 2
MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[TelecomPrivacyError], HTTPStatus] = {
    BadRequest: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    ClockMistrusted: HTTPStatus.CONFLICT,
    Gone: HTTPStatus.GONE,
    Held: HTTPStatus.LOCKED,
    KeyDestroyed: HTTPStatus.GONE,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    RangeNotSatisfiable: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    IntegrityError: HTTPStatus.INTERNAL_SERVER_ERROR,
    StorageFault: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_TITLES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.REQUEST_URI_TOO_LONG: "URI Too Long",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "Range Not Satisfiable",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
"""The names of RFC 9110 where versions of Python differ: `type` must not change with Python."""

_GONE = "it was erased, or its time is over"
"""Of whatever is gone: why, or whether its key went already, might tell of a hold."""

_log = logging.getLogger("telecom_privacy.errors")


def register_problems(app: Flask) -> None:
    """Answer every error of the domain, of the framework and of the unforeseen kind."""
    app.register_error_handler(TelecomPrivacyError, _domain_problem)
    app.register_error_handler(HTTPException, _framework_problem)
    app.register_error_handler(Exception, _unforeseen_problem)


def title(status: HTTPStatus) -> str:
    """Return the name of a status, as RFC 9110 has it."""
    return _TITLES.get(status, status.phrase)


def detail_of(error: TelecomPrivacyError) -> str:
    """Return what a caller may read of an error: the same of everything that is gone."""
    return _GONE if STATUSES.get(type(error)) is HTTPStatus.GONE else str(error)


def problem(status: HTTPStatus, slug: str, detail: str, **more: object) -> Response:
    """Build a problem document; `slug` ends its `type`."""
    body = {
        "type": f"urn:telecom-privacy:problem:{slug}",
        "title": title(status),
        "status": status.value,
        "detail": detail,
        **more,
    }
    return Response(json.dumps(body), status, mimetype=MEDIA_TYPE)


def _domain_problem(error: TelecomPrivacyError) -> Response:
    if (status := STATUSES.get(type(error))) is None:
        return _unforeseen_problem(error)
    slug = error.slug if isinstance(error, Forbidden) else _slug(status)
    answer = problem(status, slug, detail_of(error), **_members(error))
    if isinstance(error, Unauthenticated):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="telecom-privacy"'
    if isinstance(error, Unavailable | TooManyRequests):
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, RangeNotSatisfiable):
        answer.headers["Content-Range"] = f"bytes */{error.length}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log_error(error)
    return answer


def _members(error: TelecomPrivacyError) -> dict[str, object]:
    if isinstance(error, Invalid):
        return {"errors": error.errors}
    existing = error.existing if isinstance(error, Conflict) else None
    return {"existing": existing} if existing else {}


def _framework_problem(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return Response(error.get_body(), error.code, error.get_headers())
    # The framework's descriptions may quote the request; the status' own words do not.
    status = HTTPStatus(error.code)
    answer = problem(status, _slug(status), status.description or title(status))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    return answer


def _unforeseen_problem(error: Exception) -> Response:
    log_error(error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return problem(status, _slug(status), "an unforeseen error; the log has it by request id")


def log_error(error: BaseException) -> None:
    """Log the type and place of an error: the message of a foreign one may quote data."""
    _log.error(
        "request failed",
        extra={
            "fields": {
                "error": type(error).__name__,
                "frames": error_frames(error),
            }
        },
    )


def _slug(status: HTTPStatus) -> str:
    return title(status).lower().replace(" ", "-")
