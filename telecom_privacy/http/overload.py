"""Too many at once: whoever waited too long for a thread is asked to come again.

Else all would wait longer and longer, until callers give up, whose requests are carried out anyway.
"""

from http import HTTPStatus

from flask import Flask, Response, request

from telecom_privacy.http.problems import RETRY_AFTER_SECONDS, problem

WAITED = "telecom_privacy.waited"
"""The seconds, in the WSGI environment, that a request waited to be looked at."""

LONGEST_WAIT_SECONDS = 3.0
_WORK = "/v1/"  # whoever watches over the service is always answered


def register_overload(app: Flask) -> None:
    """Refuse with 503 and `Retry-After`, before anything is done, what waited too long."""

    @app.before_request
    def refuse_late() -> Response | None:
        waited: float = request.environ.get(WAITED, 0.0)
        is_late = waited > LONGEST_WAIT_SECONDS and request.path.startswith(_WORK)
        return _come_again() if is_late else None


def _come_again() -> Response:
    """Not raised: errors are logged one by one, which an overload is not the time for."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    answer = problem(status, "service-unavailable", "too many requests at once: come again")
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer
