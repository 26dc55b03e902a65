"""The end of a contract: told, corrected, taken back while its window is open (RET-3, REV-1)."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.builders import Api, MovableClock

APRIL = datetime(2027, 4, 20, 10, tzinfo=UTC)
CLOSES_AT = datetime(2027, 5, 15, 22, tzinfo=UTC)  # the end of 15 May in Paris
TICK = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _april(clock: MovableClock) -> None:
    clock.set(APRIL)


@pytest.fixture
def client(api: Api) -> str:
    return api.create_client(f"client-{uuid4().hex[:8]}")


def path(client: str) -> str:
    return f"/v1/clients/{client}/contract-end"


def end(api: Api, client: str, ended_on: str, keep_account: bool = False) -> TestResponse:
    body = {"ended_on": ended_on, "keep_account": keep_account}
    return api.as_("admin", "POST", path(client), json=body)


def resume(api: Api, client: str) -> int:
    return api.as_("admin", "DELETE", path(client)).status_code


def contract(api: Api, client: str) -> dict[str, object]:
    shown = api.as_("admin", "GET", f"/v1/clients/{client}").get_json()["contract"]
    return {name: shown[name] for name in ("ended_on", "closes_on", "keep_account")}


NO_END = {"ended_on": None, "closes_on": None, "keep_account": None}


@pytest.mark.parametrize("role", ["platform", "client", "support", "legal", "dpo", "auditor"])
def test_nobody_but_admins_resumes_a_contract(api: Api, client: str, role: str) -> None:
    end(api, client, "2027-04-15")
    key = api.client_key(client) if role == "client" else api.key(role)
    answer = api.request("DELETE", path(client), key)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert contract(api, client)["ended_on"] == "2027-04-15"


def test_a_date_is_corrected_while_the_window_is_open(
    api: Api, client: str, clock: MovableClock
) -> None:
    assert end(api, client, "2027-04-15").get_json()["closes_on"] == "2027-05-15"
    clock.set(CLOSES_AT - TICK)
    corrected = end(api, client, "2027-04-30", keep_account=True)
    assert corrected.status_code == HTTPStatus.CREATED
    assert corrected.get_json() == {
        "ended_on": "2027-04-30",
        "keep_account": True,
        "closes_on": "2027-05-30",
        "window": {"closes_on": "2027-05-30", "closes_at": "2027-05-30T22:00:00.000Z"},
    }


def test_a_date_whose_window_is_over_corrects_nothing(
    api: Api, client: str, clock: MovableClock
) -> None:
    end(api, client, "2027-04-15")
    clock.set(CLOSES_AT - TICK)
    answer = end(api, client, "2027-04-14")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == ["ended_on"]
    assert contract(api, client)["ended_on"] == "2027-04-15"


def test_after_the_window_no_date_is_corrected_and_the_same_one_is_still_answered(
    api: Api, client: str, clock: MovableClock
) -> None:
    first = end(api, client, "2027-04-15")
    clock.set(CLOSES_AT)
    for other in (("2027-05-30", False), ("2027-04-15", True)):
        assert end(api, client, *other).status_code == HTTPStatus.CONFLICT
    assert end(api, client, "2027-04-15").get_json() == first.get_json()


def test_a_contract_is_resumed_while_the_window_is_open(
    api: Api, client: str, clock: MovableClock
) -> None:
    end(api, client, "2027-04-15", keep_account=True)
    clock.set(CLOSES_AT - TICK)
    assert resume(api, client) == HTTPStatus.NO_CONTENT
    assert contract(api, client) == NO_END
    clock.advance(days=400)
    licence = f"/v1/clients/{client}/licences/licence-1"
    assert api.as_("admin", "GET", licence).status_code == HTTPStatus.OK


def test_a_contract_that_will_end_is_resumed_before_it_does(api: Api, client: str) -> None:
    end(api, client, "2027-12-31")
    assert resume(api, client) == HTTPStatus.NO_CONTENT
    assert contract(api, client) == NO_END


def test_a_contract_is_not_resumed_after_the_window(
    api: Api, client: str, clock: MovableClock
) -> None:
    end(api, client, "2027-04-15")
    clock.set(CLOSES_AT)
    assert resume(api, client) == HTTPStatus.CONFLICT
    licence = f"/v1/clients/{client}/licences/licence-1"
    assert api.as_("admin", "GET", licence).status_code == HTTPStatus.GONE


def test_a_contract_without_end_is_not_resumed(api: Api, client: str) -> None:
    assert resume(api, client) == HTTPStatus.NOT_FOUND
    end(api, client, "2027-04-15")
    resume(api, client)
    assert resume(api, client) == HTTPStatus.NOT_FOUND
    assert resume(api, "nobody") == HTTPStatus.NOT_FOUND


def test_the_operator_s_own_client_has_no_contract_to_resume(api: Api) -> None:
    assert resume(api, "operator") == HTTPStatus.CONFLICT


def test_a_resumed_contract_may_end_again(api: Api, client: str, clock: MovableClock) -> None:
    end(api, client, "2027-04-15")
    resume(api, client)
    clock.advance(days=100)
    assert end(api, client, "2027-07-31").get_json()["closes_on"] == "2027-08-31"


def test_a_clock_that_is_behind_does_not_hide_that_the_contract_goes_on(
    api: Api, client: str, clock: MovableClock
) -> None:
    end(api, client, "2027-04-15")
    clock.advance(milliseconds=-40)  # another machine's
    assert resume(api, client) == HTTPStatus.NO_CONTENT
    clock.set(CLOSES_AT)
    licence = f"/v1/clients/{client}/licences/licence-1"
    assert api.as_("admin", "GET", licence).status_code == HTTPStatus.OK


def test_another_notice_has_another_window(api: Api, clock: MovableClock) -> None:
    """What RET-11 lets go with the contract is due at the end of its last day."""
    client = api.create_client(f"client-{uuid4().hex[:8]}", policy="messagebird")
    assert end(api, client, "2027-04-20").get_json()["closes_on"] == "2027-04-20"
    clock.set(datetime(2027, 4, 20, 22, tzinfo=UTC))
    assert resume(api, client) == HTTPStatus.CONFLICT


def test_the_end_and_its_resumption_are_logged(api: Api, client: str) -> None:
    end(api, client, "2027-04-15")
    resume(api, client)
    entries = api.as_("dpo", "GET", "/v1/audit/entries?from=0&count=1000").get_json()["items"]
    actions = [entry["detail"]["action"] for entry in entries if entry["detail"]]
    told = [action for action in actions if action.startswith("contract.")]
    assert told[-2:] == ["contract.ended", "contract.resumed"]
