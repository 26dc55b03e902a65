"""The operator's own copies of calls: who reads what of them, and for how long."""

from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.model import Client
from telecom_privacy.http.access import Access, ApiRole
from tests.builders import Api, MovableClock
from tests.calls.keystore import assert_tidy

DAY = timedelta(days=1)
ALICE, BOB = "+33611111111", "+33622222222"


@pytest.fixture
def history(api: Api, client: str) -> str:
    """Three calls, of today and of 10 and 40 days ago."""
    calls = {
        "call-1": api.call(**{"from": ALICE, "disposition": "ONE", **_own_to_the_client()}),
        "call-2": api.call(10 * DAY, **{"from": BOB, "to": ALICE, "disposition": "TWO"}),
        "call-3": api.call(40 * DAY, **{"from": None, "disposition": "THREE", "route": "trunk"}),
    }
    assert api.put_calls(client, calls).json["accepted"] == 3
    return client


def test_billing_reads_parties_and_times_and_nothing_that_the_client_added(
    api: Api, history: str
) -> None:
    items = read(api, history)["items"]
    assert [item["disposition"] for item in items] == ["ONE", "TWO", "THREE"]
    assert [item["from"] for item in items] == [ALICE, BOB, None]
    assert items[2]["route"] == "trunk"
    fields = {"licence_id", "direction", "from", "to", "disposition"}
    fields |= {"started_at", "answered_at", "ended_at"}
    assert set(items[0]) == fields


def test_billing_does_not_use_what_the_operator_restricts(api: Api, history: str) -> None:
    person = {"reason": "accuracy_contested", "number": BOB}
    path = f"/v1/clients/{history}/persons/restriction"
    assert api.as_client(history, "POST", path, json=person).status_code == 200
    assert len(read(api, history)["items"]) == 3  # the client's restriction is of its own data
    assert api.as_("dpo", "POST", path, json=person).status_code == 200
    assert [item["disposition"] for item in read(api, history)["items"]] == ["ONE", "THREE"]
    first = read(api, history, {"limit": "2"})
    assert [item["disposition"] for item in first["items"]] == ["ONE"]
    assert first["next"]
    assert api.as_("dpo", "POST", f"{path}/lift", json={"number": BOB}).status_code == 422
    ahead = f"{path}/lift?told=letter&told_at=2999-01-01T00:00:00Z"
    assert api.as_("dpo", "POST", ahead, json={"number": BOB}).status_code == 422
    assert len(read(api, history)["items"]) == 2
    told = f"{path}/lift?told=letter"
    assert api.as_("dpo", "POST", told, json={"number": BOB}).status_code == 204
    assert len(read(api, history)["items"]) == 3


def test_nothing_that_the_client_added_is_sealed_in_the_record(
    history: str, services: Services
) -> None:
    found = reached(services, history)
    sealed = [
        len(record["payload"])
        for record in services.databases.bulk["traffic"].find({"client": found.id})
    ]
    # The call with a note, a name, a tag and platform data is no longer than the others.
    assert len(sealed) == 3
    assert max(sealed) - min(sealed) < len("private note")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"number": ALICE}, ["ONE", "TWO"]),
        ({"number": "06 22 22 22 22"}, ["TWO"]),
        ({"number": "+33633333333"}, []),
        ({"until": "2020-01-01T00:00:00Z"}, []),
        ({"from": "2020-01-01T00:00:00Z"}, ["ONE", "TWO", "THREE"]),
    ],
)
def test_traffic_is_found_by_number_and_time(
    api: Api, history: str, query: dict[str, str], found: list[str]
) -> None:
    assert [item["disposition"] for item in read(api, history, query)["items"]] == found
    counted = api.as_("dpo", "GET", _path(history), query_string=query).json
    assert counted == {"count": len(found), "items": [], "next": None}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_join_to_the_whole_and_the_last_has_no_next(
    api: Api, history: str, limit: int
) -> None:
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = read(api, history, query)
        found += [item["disposition"] for item in answer["items"]]
        cursor, pages = answer["next"], pages + 1
    assert (found, pages) == (["ONE", "TWO", "THREE"], -(-3 // limit))


def test_billing_reads_for_a_year_and_not_a_day_longer(
    api: Api, history: str, clock: MovableClock
) -> None:
    clock.advance(days=320)
    assert [item["disposition"] for item in read(api, history)["items"]] == ["ONE", "TWO", "THREE"]
    clock.advance(days=40)
    assert [item["disposition"] for item in read(api, history)["items"]] == ["ONE"]
    clock.advance(days=6)
    assert read(api, history)["items"] == []
    assert api.as_("dpo", "GET", _path(history)).json["count"] == 0
    assert len(api.as_client(history, "GET", f"/v1/clients/{history}/calls").json["items"]) == 3


def test_a_call_that_comes_too_late_for_every_purpose_gets_no_controller_copy(
    api: Api, client: str, services: Services
) -> None:
    assert api.put_call(client, "old", api.call(400 * DAY)).status_code == 201
    found = reached(services, client)
    assert services.databases.bulk["traffic"].count_documents({"client": found.id}) == 0
    assert services.databases.bulk["calls"].count_documents({"client": found.id}) == 1
    assert_tidy(services)


def test_the_sweep_of_traffic_leaves_the_clients_calls(
    api: Api, history: str, clock: MovableClock, services: Services
) -> None:
    found = reached(services, history)
    clock.advance(days=366)
    services.sweeps.run("test")
    assert services.databases.bulk["traffic"].count_documents({"client": found.id}) == 0
    calls = api.as_client(history, "GET", f"/v1/clients/{history}/calls").json["items"]
    assert [call["id"] for call in calls] == ["call-1", "call-2", "call-3"]
    assert calls[0]["note"] == "private note"
    assert_tidy(services)


def test_only_billing_reads_the_dpo_counts_and_legal_needs_a_requisition(
    api: Api, history: str
) -> None:
    answer = api.as_("legal", "GET", _path(history))
    assert (answer.status_code, answer.json["type"].split(":")[-1]) == (403, "requisition-only")
    for role in ("platform", "support", "admin", "auditor"):
        assert api.as_(role, "GET", _path(history)).status_code == 403
    assert api.as_client(history, "GET", _path(history)).status_code == 403
    assert api.as_("billing", "GET", _path("nobody")).status_code == 404


def test_every_reading_is_logged_with_the_purpose_of_the_data(
    api: Api, history: str, services: Services
) -> None:
    api.key("dpo"), api.key("billing"), api.key("auditor")
    before = services.audit.size()
    read(api, history, {"number": ALICE})
    api.as_("dpo", "GET", _path(history))
    entries = api.as_("dpo", "GET", f"/v1/audit/entries?from={before}&count=2").json["items"]
    details = [entry["detail"] for entry in entries]
    assert [detail["action"] for detail in details] == ["traffic.read", "traffic.read"]
    assert [detail["details"]["count"] for detail in details] == [2, 3]
    assert [detail["details"]["purpose_of_data"] for detail in details] == ["billing", None]
    assert ALICE not in repr(details)


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("cursor", "AAAA"), ("number", "x"), ("from", "now"), ("colour", "blue")],
)
def test_a_wrong_query_is_named(api: Api, client: str, name: str, value: str) -> None:
    answer = api.as_("billing", "GET", _path(client), query_string={name: value})
    assert (answer.status_code, [*answer.json["errors"]]) == (422, [name])


def read(api: Api, client: str, query: dict | None = None) -> dict:
    answer = api.as_("billing", "GET", _path(client), query_string=query or {})
    assert answer.status_code == 200, answer.text
    return answer.json


def reached(services: Services, client: str) -> Client:
    return services.clients.reach(Access("test", ApiRole.PLATFORM), client)


def _own_to_the_client() -> dict[str, object]:
    return {
        "note": "private note",
        "caller_name": "private name",
        "tags": ["private tag"],
        "platform": {"private": "field"},
    }


def _path(client: str) -> str:
    return f"/v1/clients/{client}/traffic"
