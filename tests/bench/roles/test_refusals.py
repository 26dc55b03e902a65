"""What must be refused is asked for, and what is not refused is noticed."""

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.roles.refusals import Asked, count_refusals, require_refused
from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import SystemClock
from telecom_privacy.demo.caller import Answer
from tests.wiring import wired


class Obliging:
    """Answers everything as it was asked to."""

    def __init__(self, status: int) -> None:
        self._status = status

    def send(self, *request: object) -> Answer:
        return Answer(self._status, {}, b"")


@pytest.fixture
def services(settings):
    with wired(settings, SystemClock()) as services:
        yield services


def test_a_request_that_is_not_refused_is_noticed() -> None:
    asked = Asked("wrong role", 403, "GET", "/v1/clients/other", "key")
    require_refused(Obliging(403), asked)
    for status in (200, 401, 404):
        with pytest.raises(WrongAnswer, match=f"wrong role: answered {status} instead of 403"):
            require_refused(Obliging(status), asked)


def test_the_service_refuses_for_each_reason(services: Services) -> None:
    reasons = {"wrong role", "other client", "objected", "due", "held"}
    assert count_refusals(services, 1, 12) == dict.fromkeys(reasons, 12)
