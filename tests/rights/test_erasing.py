"""Erasing what the operator holds of a person: what may go goes, and no hold shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api
from tests.holds.builders import kept, place, release
from tests.rights.builders import Desk

OWN = "operator"
OF_THE_CUSTOMER, OF_THE_OPERATOR = "subscriber_identity", "marketing"


@pytest.fixture(scope="module", autouse=True)
def _client(api: Api) -> None:
    api.create_client()


@pytest.fixture(autouse=True)
def _without_holds(services: Services) -> Iterator[None]:
    yield
    services.databases.audit["holds"].delete_many({})
    services.databases.bulk["withheld"].delete_many({})


def path(client: str, category: str, name: str) -> str:
    return f"/v1/clients/{client}/records/{category}/{name}"


def put(desk: Desk, client: str, category: str, name: str, subject: str, **data: Any) -> None:
    now = desk.api.clock.now().isoformat()
    body = {"subject": subject, "occurred_at": now, "data": {"name": name, **data}}
    answer = desk.api.as_("dpo", "PUT", path(client, category, name), json=body)
    assert answer.status_code == 201, answer.json


def put_bill(desk: Desk, subject: str) -> None:
    now = desk.api.clock.now().isoformat()
    body = {"subject": subject, "occurred_at": now, "data": {"invoice": "2026-1"}}
    answer = desk.api.as_("dpo", "PUT", path(OWN, "billing", f"bill-{subject}"), json=body)
    assert answer.status_code == 201, answer.json


def get(desk: Desk, client: str, category: str, name: str) -> TestResponse:
    return desk.api.as_("dpo", "GET", path(client, category, name), headers=STAFF)


def asked(desk: Desk, subject: str) -> str:
    return desk.verified(kind="erasure", subject=subject)


def erased(desk: Desk, request: str) -> dict[str, Any]:
    """What the last step says that went and stayed."""
    answer = desk.take(request, "erase")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json["steps"][-1]
    return {name: found[name] for name in ("step", "erased", "kept")}


def test_nothing_is_erased_unless_it_was_asked_by_somebody_who_is_known(desk: Desk) -> None:
    put(desk, OWN, OF_THE_OPERATOR, "one", "+33140000001")
    for request in (
        desk.received(kind="erasure", subject="+33140000001"),
        desk.verified(kind="access", subject="+33140000001"),
    ):
        assert desk.take(request, "erase").status_code == 409
    assert get(desk, OWN, OF_THE_OPERATOR, "one").status_code == 200


def test_what_no_law_keeps_is_erased_however_the_number_is_written(desk: Desk) -> None:
    put(desk, OWN, OF_THE_OPERATOR, "mine", "01 40 00 00 02")
    put(desk, OWN, OF_THE_OPERATOR, "others", "+33140000099")
    found = erased(desk, asked(desk, "+33140000002"))
    assert found == {"step": "erased", "erased": 1, "kept": []}
    assert get(desk, OWN, OF_THE_OPERATOR, "mine").status_code == 410
    assert get(desk, OWN, OF_THE_OPERATOR, "others").status_code == 200


def test_what_the_law_keeps_stays_and_its_text_is_told(desk: Desk) -> None:
    person = "+33140000003"
    put(desk, "cabinet", OF_THE_CUSTOMER, "identity", person)
    put(desk, OWN, OF_THE_OPERATOR, "three", person)
    put_bill(desk, person)
    desk.api.put_call("cabinet", "call-3", desk.api.call(**{"from": person}))
    found = erased(desk, asked(desk, person))
    assert found["erased"] == 1
    reasons = {one["category"]: (one["rule"], one["legal_basis"]) for one in found["kept"]}
    assert set(reasons) == {OF_THE_CUSTOMER, "billing", "traffic"}
    assert "R.10-13" in reasons[OF_THE_CUSTOMER][1]
    assert "L.123-22" in reasons["billing"][1]
    assert reasons["traffic"][0] == "RET-29"
    assert get(desk, "cabinet", OF_THE_CUSTOMER, "identity").status_code == 200


def test_the_dpo_erases_no_accounts_before_the_law_lets_it(desk: Desk) -> None:
    put_bill(desk, "+33140000055")
    refused = desk.api.as_("dpo", "DELETE", path(OWN, "billing", "bill-+33140000055"))
    assert refused.status_code == 403
    assert refused.json["type"].endswith(":legal-minimum")
    assert get(desk, OWN, "billing", "bill-+33140000055").status_code == 200


def test_what_a_client_has_of_the_person_is_the_clients_to_erase(desk: Desk) -> None:
    person = "+33140000004"
    body = {
        "subject": person,
        "occurred_at": desk.api.clock.now().isoformat(),
        "data": {"text": "rappeler"},
    }
    note = path("cabinet", "call_note", "note-4")
    assert desk.api.as_client("cabinet", "PUT", note, json=body).status_code == 201
    assert erased(desk, asked(desk, person)) == {"step": "erased", "erased": 0, "kept": []}
    assert desk.api.as_client("cabinet", "GET", note).status_code == 200


def test_a_secret_hold_keeps_the_record_and_changes_no_word_of_any_answer(
    desk: Desk, services: Services
) -> None:
    answers = []
    for person in ("+33140000005", "+33140000006"):
        put(desk, OWN, OF_THE_OPERATOR, person, person)
        hold = place(desk.api, number="+33140000006")
        request = asked(desk, person)
        found = erased(desk, request)
        desk.take(request, "answer", outcome="granted")
        gone = get(desk, OWN, OF_THE_OPERATOR, person)
        answers.append((found, gone.status_code, desk.letter(request)))
        if person.endswith("6"):
            assert len(kept(services, hold)) == 1
        release(desk.api, hold)
    assert answers[0] == answers[1]


def test_an_erasure_may_be_repeated_and_finds_nothing_more(desk: Desk) -> None:
    put(desk, OWN, OF_THE_OPERATOR, "seven", "+33140000007")
    request = asked(desk, "+33140000007")
    assert erased(desk, request)["erased"] == 1
    assert erased(desk, request)["erased"] == 0
