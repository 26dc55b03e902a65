"""What a client learns of requests that it is to answer, and says of them (DSR-4)."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.builders import Api
from tests.rights.builders import CONTACT, PERSON, Desk

CLIENT, OTHER = "maison-dupont", "autre-maison"


@pytest.fixture(scope="module", autouse=True)
def _clients(api: Api) -> None:
    api.create_client(CLIENT)
    api.create_client(OTHER)


def seen(desk: Desk, path: str, client: str = CLIENT) -> list[dict[str, Any]]:
    """What a client sees of one request."""
    answer = desk.api.as_client(client, "GET", f"/v1/clients/{client}/rights-requests")
    assert answer.status_code == 200, answer.json
    return [one for one in answer.json["items"] if one["id"] in path]


def reply(desk: Desk, path: str, client: str = CLIENT, **body: Any) -> TestResponse:
    where = f"/v1/clients/{client}/rights-requests/{path.rpartition('/')[2]}/answer"
    return desk.api.as_client(client, "POST", where, json={"outcome": "granted", **body})


def test_a_client_sees_nothing_that_was_not_passed_on_to_it(desk: Desk) -> None:
    path = desk.verified(client_id=CLIENT)
    assert seen(desk, path) == []
    desk.take(path, "refer", client_id=CLIENT)
    assert seen(desk, path) == []
    assert reply(desk, path).status_code == 404
    desk.take(path, "refer", client_id=OTHER, agreed_by="person")
    assert seen(desk, path) == []
    assert len(seen(desk, path, OTHER)) == 1


def test_another_client_or_a_limited_key_can_not_reach_it(desk: Desk) -> None:
    path = desk.verified()
    desk.take(path, "refer", client_id=CLIENT, agreed_by="person")
    assert reply(desk, path, OTHER).status_code == 404
    where = f"/v1/clients/{CLIENT}/rights-requests"
    assert desk.api.as_client(OTHER, "GET", where).status_code == 404
    limited = desk.api.client_key(CLIENT, ["licence-1"])
    assert desk.api.request("GET", where, limited).status_code == 403


def test_a_client_gets_what_it_needs_to_answer_and_only_that(desk: Desk) -> None:
    path = desk.verified(client_id=OTHER, kind="erasure")
    desk.take(path, "extend", reason="complexity")
    referred = desk.take(path, "refer", client_id=CLIENT, agreed_by="contract")
    assert [one["client_id"] for one in referred.json["referrals"]] == [CLIENT]
    (found,) = seen(desk, path)
    assert (found.pop("kind"), found.pop("subject"), found.pop("contact")) == (
        "erasure",
        PERSON,
        CONTACT,
    )
    assert set(found) == {"id", "received_at", "forwarded_at", "due_on", "answer"}
    assert found["answer"] is None


def test_a_client_answers_once_even_after_the_operators_own_answer(desk: Desk) -> None:
    path = desk.verified()
    desk.take(path, "refer", client_id=CLIENT, agreed_by="person")
    assert desk.take(path, "answer", outcome="referred").json["state"] == "answered"
    answered = reply(desk, path, note="envoyé par courrier")
    assert answered.json["answer"]["outcome"] == "granted"
    assert reply(desk, path).status_code == 409
    (referral,) = desk.show(path)["referrals"]
    assert referral["answer"]["note"] == "envoyé par courrier"
    assert desk.show(path)["state"] == "answered"


def test_nobody_is_referred_unverified_or_twice_or_to_the_operator_or_to_nobody(
    desk: Desk,
) -> None:
    assert desk.take(desk.received(), "refer", client_id=CLIENT).status_code == 409
    path = desk.verified()
    assert desk.take(path, "refer", client_id="nobody").status_code == 404
    assert desk.take(path, "refer", client_id="operator").status_code == 409
    assert desk.take(path, "answer", outcome="referred").status_code == 409
    assert desk.take(path, "refer", client_id=CLIENT).status_code == 200
    assert desk.take(path, "refer", client_id=CLIENT, agreed_by="person").status_code == 409


def test_it_may_be_agreed_later_that_a_request_is_passed_on_even_after_the_operators_answer(
    desk: Desk,
) -> None:
    path = desk.verified()
    desk.take(path, "refer", client_id=CLIENT)
    desk.take(path, "refer", client_id=OTHER)
    referred = desk.show(path)["referrals"][0]
    desk.api.clock.advance(days=1)
    agreed = desk.take(path, "agreement", client_id=CLIENT, agreed_by="person")
    assert agreed.status_code == 200, agreed.json
    assert desk.take(path, "answer", outcome="referred").status_code == 200
    later = desk.take(path, "agreement", client_id=OTHER, agreed_by="contract")
    first, second = later.json["referrals"]
    assert (first["agreed_by"], second["agreed_by"]) == ("person", "contract")
    assert first["at"] == referred["at"] < first["agreed_at"]
    (found,) = seen(desk, path)
    assert found["forwarded_at"] == first["agreed_at"]
    assert len(seen(desk, path, OTHER)) == 1
    assert reply(desk, path).status_code == 200


def test_it_is_agreed_once_and_only_to_a_client_the_person_was_sent_to(desk: Desk) -> None:
    path = desk.verified()
    for client in (CLIENT, "operator"):
        answer = desk.take(path, "agreement", client_id=client, agreed_by="person")
        assert answer.status_code == 409
    desk.take(path, "refer", client_id=CLIENT)
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"client_id": OTHER, "agreed_by": "person"}, 409),
        ({"client_id": "nobody", "agreed_by": "person"}, 404),
        ({"client_id": CLIENT}, 422),
        ({"client_id": CLIENT, "agreed_by": "operator"}, 422),
    ]
    for body, status in wrong:
        assert desk.take(path, "agreement", **body).status_code == status, body
    assert seen(desk, path) == []
    assert desk.take(path, "agreement", client_id=CLIENT, agreed_by="person").status_code == 200
    assert desk.take(path, "agreement", client_id=CLIENT, agreed_by="person").status_code == 409


def test_a_request_that_is_gone_is_gone_for_the_client_too(desk: Desk) -> None:
    path = desk.verified()
    desk.take(path, "refer", client_id=CLIENT, agreed_by="person")
    proof = f"/v1/clients/operator/records/rights_request_proof/{path.rpartition('/')[2]}"
    assert desk.api.as_("dpo", "DELETE", proof).status_code == 204
    assert reply(desk, path).status_code == 410
    assert seen(desk, path) == []
    assert reply(desk, path).status_code == 404


def test_both_clients_of_one_request_answer_for_themselves(desk: Desk) -> None:
    path = desk.verified()
    for client in (CLIENT, OTHER):
        desk.take(path, "refer", client_id=client, agreed_by="person")
    assert reply(desk, path, OTHER, outcome="nothing_held").status_code == 200
    assert seen(desk, path)[0]["answer"] is None
    assert seen(desk, path, OTHER)[0]["answer"]["outcome"] == "nothing_held"
