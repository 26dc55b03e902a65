"""What of a certificate was destroyed, and what a hold keeps: for the DPO, and nobody else."""

from collections.abc import Mapping
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.certified_repository import CertifiedRepository
from tests.builders import Api, MovableClock
from tests.holds.builders import logged, place, release
from tests.retention.builders import Killed, certificates_of, local, put_recorded_call, sweep


@pytest.fixture
def held(api: Api, services: Services, clock: MovableClock, client: str) -> str:
    """A client that deleted two calls, of which a hold keeps the second."""
    clock.set(local("2027-07-01 09:00"))
    put_recorded_call(api, client, "call-1")
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    put_recorded_call(api, client, "call-2")
    return client


def path_of(api: Api, client: str) -> str:
    (certificate,) = certificates_of(api, client)
    return f"/v1/erasures/{certificate['id']}/destruction"


def destruction(api: Api, client: str) -> Mapping[str, Mapping[str, Any]]:
    answer = api.as_("dpo", "GET", path_of(api, client))
    assert answer.status_code == 200, answer.json
    return {one["category"]: one for one in answer.json["counts"]}


def hold_and_delete(api: Api, services: Services, clock: MovableClock, client: str) -> str:
    hold = place(api, client_id=client)
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-2")
    sweep(services, clock)
    return hold


def test_nobody_but_the_dpo_learns_of_it(
    api: Api, services: Services, clock: MovableClock, held: str
) -> None:
    hold_and_delete(api, services, clock, held)
    path = path_of(api, held)
    assert api.as_client(held, "GET", path).status_code == 403
    for role in ("auditor", "admin", "legal", "support", "billing", "platform"):
        assert api.as_(role, "GET", path).status_code == 403
    assert api.request("GET", path).status_code == 401


def test_what_a_hold_keeps_is_told_apart_and_so_is_when_it_went(
    api: Api, services: Services, clock: MovableClock, held: str
) -> None:
    hold = hold_and_delete(api, services, clock, held)
    for category in ("call", "recording"):
        assert destruction(api, held)[category] == {
            "rule": "RET-2",
            "category": category,
            "erased": 2,
            "destroyed": 1,
            "withheld": 1,
            "destroyed_later": [],
        }
    (before,) = certificates_of(api, held)
    clock.set(local("2027-07-03 09:00"))
    release(api, hold)
    sweep(services, clock)

    assert destruction(api, held)["call"] == {
        "rule": "RET-2",
        "category": "call",
        "erased": 2,
        "destroyed": 1,
        "withheld": 0,
        "destroyed_later": [{"day": "2027-07-03", "count": 1}],
    }
    assert certificates_of(api, held) == [before]


def test_it_is_right_after_a_certifying_process_was_killed(
    api: Api, services: Services, clock: MovableClock, held: str
) -> None:
    api.as_client(held, "DELETE", f"/v1/clients/{held}/calls/call-2/recording")
    sweep(services, clock)

    def killed(*_: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(CertifiedRepository, "mark_counted", killed)
        hold_and_delete(api, services, clock, held)
    call = destruction(api, held)["call"]
    assert (call["erased"], call["destroyed"], call["withheld"]) == (2, 1, 1)


def test_reading_it_is_logged_and_not_as_the_clients(
    api: Api, services: Services, clock: MovableClock, held: str
) -> None:
    sweep(services, clock)
    destruction(api, held)
    (certificate,) = certificates_of(api, held)
    read = [one for one in logged(api, services) if one["action"] == "destruction.read"][-1]
    assert (read["client"], read["details"]) == (None, {"certificate": certificate["id"]})


def test_a_certificate_that_never_was_is_not_found(api: Api) -> None:
    path = "/v1/erasures/00000000-0000-0000-0000-000000000000/destruction"
    assert api.as_("dpo", "GET", path).status_code == 404
