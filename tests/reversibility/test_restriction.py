"""What is restricted goes from packages, and comes into none (RULES DSR-7)."""

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import Unavailable
from tests.reversibility.conftest import Portal, files_of

REASON = {"reason": "unlawful_processing"}
CALL = "/v1/clients/cabinet/calls/one/restriction"
PERSON = "/v1/clients/cabinet/persons/restriction"
BODIES = {CALL: REASON, PERSON: {**REASON, "number": "+33612345678"}}


def calls_in(portal: Portal) -> int:
    return len(files_of(portal.fetch(portal.made()))["data/calls.jsonl"].splitlines())


@pytest.mark.parametrize(("path", "left"), [(CALL, 2), (PERSON, 0)])
def test_a_restriction_withdraws_packages_and_keeps_out_of_new_ones(
    portal: Portal, path: str, left: int
) -> None:
    package = portal.made()
    assert portal.api.as_client("cabinet", "POST", path, json=BODIES[path]).status_code == 200
    assert portal.status(package) == 410
    assert calls_in(portal) == left
    exclusions = files_of(portal.fetch(portal.made()))["data/exclusions.csv"]
    assert b"GDPR article 18" in exclusions


def test_a_package_without_the_restricted_call_stays(portal: Portal) -> None:
    package = portal.made()
    portal.api.put_call("cabinet", "four", portal.api.call())
    path = CALL.replace("one", "four")
    assert portal.api.as_client("cabinet", "POST", path, json=REASON).status_code == 200
    assert portal.status(package) == 200


@pytest.mark.parametrize(
    ("path", "step"),
    [(CALL, "withdraw_copies"), (CALL, "erase"), (PERSON, "withdraw_all_copies")],
)
def test_whoever_is_killed_leaves_it_restricted_and_recovery_withdraws_the_packages(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch, path: str, step: str
) -> None:
    package = portal.made()
    with monkeypatch.context() as patch:
        patch.setattr(Eraser, step, _killed)
        killed = portal.api.as_client("cabinet", "POST", path, json=BODIES[path])
    call = portal.api.as_client("cabinet", "GET", "/v1/clients/cabinet/calls/one")
    assert call.status_code == 403
    assert (killed.status_code, portal.status(package)) == (503, 200)

    portal.api.clock.advance(minutes=2)
    services.recovery.run()

    assert portal.status(package) == 410
    unsettled = {"open_since": {"$exists": True}}
    assert services.databases.audit["restrictions"].count_documents(unsettled) == 0


@pytest.mark.parametrize("path", [CALL, PERSON])
def test_repeating_a_restriction_withdraws_nothing_more(
    portal: Portal, services: Services, path: str
) -> None:
    portal.api.as_client("cabinet", "POST", path, json=BODIES[path])
    package = portal.made()
    portal.api.clock.advance(seconds=1)
    repeated = portal.api.as_client("cabinet", "POST", path, json=BODIES[path])
    portal.api.clock.advance(minutes=2)
    services.recovery.run()
    assert (repeated.status_code, portal.status(package)) == (200, 200)


def _killed(*_: object, **__: object) -> None:
    raise Unavailable("killed")
