"""Too many requests at once."""

import pytest

from telecom_privacy.http.overload import LONGEST_WAIT_SECONDS, WAITED

_TOO_LONG = {WAITED: LONGEST_WAIT_SECONDS + 0.1}


@pytest.mark.parametrize("path", ["/v1/audit/checkpoint", "/v1/clients/cabinet/calls/call-1"])
def test_what_waited_too_long_is_refused_before_anything_is_done_even_who_asks(app, path):
    answer = app.test_client().get(path, environ_overrides=_TOO_LONG)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.mimetype == "application/problem+json"


def test_what_waited_a_little_is_answered(app):
    waited = {WAITED: LONGEST_WAIT_SECONDS}
    answer = app.test_client().get("/v1/audit/checkpoint", environ_overrides=waited)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_whoever_watches_over_the_service_is_always_answered(app, path):
    assert app.test_client().get(path, environ_overrides=_TOO_LONG).status_code == 200
