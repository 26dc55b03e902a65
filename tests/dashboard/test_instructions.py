"""Documented instructions of a client: numbered, dated, superseded and never edited."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.policies.files import load_policies
from telecom_privacy.settings import default_config_dir
from tests.builders import Api, raw_documents
from tests.dashboard.builders import accesses, new_client

TODAY = "2026-11-02"


@pytest.fixture
def client(api: Api) -> str:
    return new_client(api)


def path(client: str) -> str:
    return f"/v1/clients/{client}/instructions"


def send(api: Api, client: str, text: str, **more: Any) -> TestResponse:
    body = {"text": text, "given_on": TODAY, **more}
    return api.as_client(client, "POST", path(client), json=body)


def listed(api: Api, client: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.as_client(client, "GET", path(client), query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def test_neither_a_limited_key_nor_another_role_documents_or_reads_them(
    api: Api, client: str
) -> None:
    limited = api.client_key(client, ["licence-1"])
    body = {"text": "No recordings.", "given_on": TODAY}
    for key in (limited, api.key("platform"), api.key("support"), api.key("billing")):
        assert api.request("POST", path(client), key, json=body).status_code == 403
        assert api.request("GET", path(client), key).status_code == 403
    assert listed(api, client) == []


def test_one_that_is_restricted_is_not_listed_and_stays_superseded(api: Api, client: str) -> None:
    for text, more in (("First.", {}), ("Second.", {"supersedes": 1})):
        assert send(api, client, text, **more).status_code == 201
    record = f"/v1/clients/{client}/records/instruction/documented-2/restriction"
    reason = {"reason": "accuracy_contested"}
    assert api.as_client(client, "POST", record, json=reason).status_code == 200
    assert [(one["number"], one["superseded_by"]) for one in listed(api, client)] == [(1, 2)]
    assert send(api, client, "Third.", supersedes=1).status_code == 409


def test_they_are_numbered_dated_and_say_who_documented_them(api: Api, client: str) -> None:
    first = send(api, client, "Record incoming calls only.", reference="mail of 2 November")
    assert first.status_code == 201, first.json
    body = {"text": "Keep notes for a year.", "given_on": TODAY}
    assert api.as_("dpo", "POST", path(client), json=body).json["number"] == 2

    by_client, by_staff = listed(api, client)
    assert by_client == {**first.json, "superseded_by": None}
    assert (by_client["number"], by_client["given_on"]) == (1, TODAY)
    assert by_client["reference"] == "mail of 2 November"
    assert by_client["documented_by"]["role"] == "client"
    assert by_staff["documented_by"]["role"] == "dpo"
    assert by_staff["text"] == "Keep notes for a year."
    assert listed(api, client, limit=1) == [by_client]


def test_an_instruction_is_superseded_once_and_stays(api: Api, client: str) -> None:
    send(api, client, "Record all calls.")
    assert send(api, client, "Record none.", supersedes=7).status_code == 422
    assert send(api, client, "Record none.", supersedes=1).status_code == 201
    assert send(api, client, "Record some.", supersedes=1).status_code == HTTPStatus.CONFLICT
    found = [(one["number"], one["superseded_by"]) for one in listed(api, client)]
    assert found == [(1, 2), (2, None)]


def test_nobody_edits_one_or_makes_one_otherwise(api: Api, client: str) -> None:
    send(api, client, "Record all calls.")
    body = {"occurred_at": f"{TODAY}T00:00:00Z", "data": {"number": 1, "text": "Record none."}}
    for number in (1, 2):
        record = f"/v1/clients/{client}/records/instruction/documented-{number}"
        for key in (api.client_key(client), api.key("platform")):
            answer = api.request("PUT", record, key, json=body)
            assert answer.status_code == HTTPStatus.FORBIDDEN
            assert answer.json["type"].endswith(":documented-instruction")
    [found] = listed(api, client)
    assert found["text"] == "Record all calls."


def test_requests_at_the_same_time_get_numbers_of_their_own(api: Api, client: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda n: send(api, client, f"Instruction {n}."), range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(answer.json["number"] for answer in answers) == [1, 2, 3, 4]
    assert len({one["text"] for one in listed(api, client)}) == 4


def test_the_number_of_one_that_the_client_deleted_is_not_given_again(
    api: Api, client: str
) -> None:
    send(api, client, "Record all calls.")
    record = f"/v1/clients/{client}/records/instruction/documented-1"
    assert api.as_client(client, "DELETE", record).status_code == 204
    assert send(api, client, "Record none.").json["number"] == 2
    assert [one["number"] for one in listed(api, client)] == [2]


def test_what_makes_no_sense_or_cannot_be_kept_is_refused(api: Api, client: str) -> None:
    assert send(api, client, "").status_code == 422
    assert send(api, client, "Tomorrow.", given_on="2999-01-01").status_code == 422
    other = new_client(api)
    assert api.as_client(other, "GET", path(client)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("policy", sorted(load_policies(default_config_dir() / "policies")))
def test_every_client_may_instruct_under_whichever_policy(api: Api, policy: str) -> None:
    client = new_client(api, policy=policy, options=[])
    answer = send(api, client, "No recordings on Sundays.")
    assert answer.status_code == 201, answer.json
    assert [one["text"] for one in listed(api, client)] == ["No recordings on Sundays."]


def test_they_are_sealed_and_to_read_them_is_an_access(
    api: Api, services: Services, client: str
) -> None:
    send(api, client, "Appeler Jeanne Exemple.", reference="lettre de Jeanne")
    assert b"Jeanne" not in raw_documents(services.databases)
    assert api.as_("dpo", "GET", path(client)).status_code == 200
    [read] = accesses(api, client, own="false")
    assert (read["action"], read["actor"]["role"]) == ("instructions.read", "dpo")
