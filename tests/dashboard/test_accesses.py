"""A client sees who opened its data, when and why, and nothing that it must not know."""

from http import HTTPStatus

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api, MovableClock, raw_documents, recording_path, tone
from tests.dashboard.builders import accesses, all_accesses, new_client

AUDIO = tone(0.1)


@pytest.fixture
def client(api: Api) -> str:
    """A client with a recorded call."""
    client = new_client(api)
    assert api.put_call(client, "call-1", api.call(note="private")).status_code == 201
    assert api.put_recording(client, "call-1", AUDIO).status_code == 201
    return client


def open_call(api: Api, client: str, key: str, reference: str = "ticket 1") -> None:
    headers = {"Access-Purpose": "support", "Access-Reference": reference}
    path = f"/v1/clients/{client}/calls/call-1"
    assert api.request("GET", path, key, headers=headers).status_code == 200


def test_a_key_that_is_limited_to_some_licences_is_refused(api: Api, client: str) -> None:
    key = api.client_key(client, ["licence-1"])
    answer = api.request("GET", f"/v1/clients/{client}/accesses", key)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert answer.json["type"].endswith(":licence-limited")


def test_it_tells_what_staff_opened_and_why(api: Api, client: str) -> None:
    for path in (f"/v1/clients/{client}/calls/call-1", recording_path(client, "call-1")):
        assert api.as_("support", "GET", path, headers=STAFF).status_code == 200

    played, read = accesses(api, client)
    receipt = f"/v1/clients/{client}/calls/call-1/receipt"
    record_id = api.as_client(client, "GET", receipt).json["record_id"]
    assert (read["action"], read["record_id"]) == ("call.read", record_id)
    assert played["action"] == "recording.opened"
    assert read["actor"]["role"] == "support"
    assert not read["actor"]["own"]
    assert "label" not in read["actor"]
    assert (read["purpose"], read["reference"]) == ("support", "ticket 4711")


def test_the_clients_own_use_is_told_with_the_label_of_its_key(api: Api, client: str) -> None:
    open_call(api, client, api.client_key(client))
    open_call(api, client, api.key("support"))
    by_staff, by_client = accesses(api, client)
    assert by_client["actor"]["own"]
    assert by_client["actor"]["label"] == f"{client}/"
    assert accesses(api, client, own="true") == [by_client]
    assert accesses(api, client, own="false") == [by_staff]


def test_nobody_sees_accesses_to_the_data_of_another(api: Api, client: str) -> None:
    other = new_client(api)
    open_call(api, client, api.key("support"))
    assert accesses(api, other) == []
    answer = api.as_client(other, "GET", f"/v1/clients/{client}/accesses")
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_write_and_what_the_operator_has_of_its_own_are_no_accesses(
    api: Api, client: str
) -> None:
    record = {"occurred_at": "2026-01-01T00:00:00Z", "data": {"amount": 12}}
    path = f"/v1/clients/{client}/records/billing/invoice-1"
    assert api.as_("dpo", "PUT", path, json=record).status_code == 201
    assert api.as_("dpo", "GET", path, headers=STAFF).status_code == 200
    assert api.as_("billing", "GET", f"/v1/clients/{client}/traffic").status_code == 200
    assert accesses(api, client) == []


def test_a_hold_and_what_it_keeps_are_not_to_be_seen(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    hold = {
        "case": "case",
        "reason": "dispute",
        "client_id": client,
        "review_on": "2030-01-01",
        "secret": True,
    }
    placed = api.as_("legal", "POST", "/v1/holds", json=hold)
    assert placed.status_code == 201
    assert api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1").status_code == 204
    path = f"/v1/holds/{placed.json['id']}"
    assert api.as_("legal", "GET", path).status_code == 200
    assert accesses(api, client) == []


def test_pages_follow_one_another_newest_first(api: Api, clock: MovableClock, client: str) -> None:
    for number in range(7):
        if number % 3:
            clock.advance(seconds=1)
        open_call(api, client, api.key("support"), str(number))
    paged = all_accesses(api, client, limit=2)
    assert [one["reference"] for one in paged] == list("6543210")
    assert paged == accesses(api, client)


def test_a_period_bounds_the_list(api: Api, clock: MovableClock, client: str) -> None:
    open_call(api, client, api.key("support"), "before")
    clock.advance(hours=1)
    start = clock.now().isoformat()
    open_call(api, client, api.key("support"), "within")
    clock.advance(hours=1)
    end = clock.now().isoformat()
    open_call(api, client, api.key("support"), "after")

    def references(**query: str) -> list[str]:
        return [one["reference"] for one in accesses(api, client, **query)]

    assert references(**{"from": start, "until": end}) == ["within"]
    assert references(**{"from": start}) == ["after", "within"]
    assert references(until=start) == ["before"]


def test_the_index_holds_nothing_of_why(api: Api, services: Services, client: str) -> None:
    open_call(api, client, api.key("support"), "reference of Jeanne Exemple")
    assert b"Jeanne" not in raw_documents(services.databases)
