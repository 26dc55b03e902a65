"""One call handed in by PUT: stored once, in two copies, with one receipt."""

import json
from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.verify.proofs import verify_receipt
from tests.builders import Api, MovableClock
from tests.calls.keystore import assert_tidy

JSON = "application/json"
NUMBER, NATIONAL = "+33612345678", "06 12 34 56 78"


def test_a_retry_of_the_same_call_gets_the_same_receipt(api: Api, client: str) -> None:
    body = api.call(note="Rappeler", tags=["devis"], platform={"queue": {"id": 7}})
    first = api.put_call(client, "call-1", body)
    again = api.put_call(client, "call-1", dict(reversed(body.items())))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert first.json["id"] == "call-1"


def test_a_retry_after_a_change_by_the_client_gets_the_first_receipt(api: Api, client: str) -> None:
    body = api.call(note="first")
    first = api.put_call(client, "call-1", body)
    changed = api.as_client(client, "PATCH", _path(client), json={"note": "second"})
    assert changed.status_code == 200
    again = api.put_call(client, "call-1", body)
    assert (again.status_code, again.json) == (200, first.json)
    assert api.put_call(client, "call-1", {**body, "note": "second"}).status_code == 409
    assert api.as_client(client, "GET", _path(client)).json["note"] == "second"


def test_the_same_number_in_another_form_is_the_same_call(api: Api, client: str) -> None:
    body = api.call(**{"from": NUMBER})
    assert api.put_call(client, "call-1", body).status_code == 201
    assert api.put_call(client, "call-1", {**body, "from": NATIONAL}).status_code == 200
    assert api.put_call(client, "call-1", {**body, "from": "0033612345678"}).status_code == 200
    assert api.as_client(client, "GET", _path(client)).json["from"] == NUMBER


def test_the_same_time_with_another_offset_is_the_same_call(api: Api, client: str) -> None:
    body = api.call()
    times = ("started_at", "answered_at", "ended_at")
    shifted = {name: body[name].replace("+00:00", "Z") for name in times}
    assert api.put_call(client, "call-1", body).status_code == 201
    assert api.put_call(client, "call-1", {**body, **shifted}).status_code == 200


def test_null_says_the_same_as_an_absent_optional_field(api: Api, client: str) -> None:
    body = api.call()
    assert api.put_call(client, "call-1", body).status_code == 201
    assert api.put_call(client, "call-1", {**body, "note": None, "route": None}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"to": "+33187654320"},
        {"note": "other"},
        {"disposition": "BUSY"},
        {"platform": {"a": 1}},
        {"tags": ["a"]},
        {"from": None},
    ],
)
def test_another_body_under_the_same_id_is_a_conflict(
    api: Api, client: str, change: dict[str, object]
) -> None:
    api.put_call(client, "call-1", api.call())
    assert api.put_call(client, "call-1", api.call(**change)).status_code == 409


def test_two_clients_may_use_the_same_call_id(api: Api, client: str) -> None:
    other = api.create_client(f"{client}-other")
    assert api.put_call(client, "call-1", api.call()).status_code == 201
    assert api.put_call(other, "call-1", api.call(note="theirs")).status_code == 201
    assert "note" not in api.as_client(client, "GET", _path(client)).json


def test_an_erased_call_gets_no_second_life(api: Api, client: str, services: Services) -> None:
    body = api.call()
    api.put_call(client, "call-1", body)
    assert api.as_client(client, "DELETE", _path(client)).status_code == 204
    assert api.put_call(client, "call-1", body).status_code == 410
    assert api.put_call(client, "call-1", {**body, "note": "other"}).status_code == 410
    assert api.as_client(client, "GET", _path(client)).status_code == 410
    assert_tidy(services)


def test_a_call_past_its_term_is_gone_even_if_it_was_never_stored(
    api: Api, client: str, clock: MovableClock, services: Services
) -> None:
    body = api.call()
    api.put_call(client, "call-1", body)
    ended = (clock.now() - timedelta(days=1)).date().isoformat()
    end = {"ended_on": ended, "keep_account": False}
    answer = api.as_("admin", "POST", f"/v1/clients/{client}/contract-end", json=end)
    assert answer.status_code == 201
    clock.advance(days=40)
    assert api.put_call(client, "call-1", body).status_code == 410
    assert api.put_call(client, "call-2", body).status_code == 410
    assert api.as_client(client, "GET", _path(client)).status_code == 410
    assert api.as_client(client, "GET", _path(client, "call-2")).status_code == 410
    assert_tidy(services)


def test_a_stored_call_is_recognised_after_its_licence_was_deleted(api: Api, client: str) -> None:
    body = api.call()
    first = api.put_call(client, "call-1", body)
    licence = f"/v1/clients/{client}/licences/licence-1"
    assert api.as_client(client, "DELETE", licence).status_code == 204
    again = api.put_call(client, "call-1", body)
    assert (again.status_code, again.json) == (200, first.json)
    assert api.put_call(client, "call-2", body).status_code == 422


def test_a_withheld_number_is_stored_as_none(api: Api, client: str) -> None:
    assert api.put_call(client, "call-1", api.call(**{"from": None})).status_code == 201
    assert api.put_call(client, "call-1", api.call(**{"from": "Anonymous"})).status_code == 200
    assert api.as_client(client, "GET", _path(client)).json["from"] is None


def test_the_clients_copy_and_the_operators_copy_live_apart(
    api: Api, client: str, clock: MovableClock, services: Services
) -> None:
    for call_id in ("call-1", "call-2"):
        api.put_call(client, call_id, api.call(note=call_id))
    assert _traffic_count(api, client) == 2
    api.as_client(client, "DELETE", _path(client))
    assert _traffic_count(api, client) == 2
    clock.advance(days=366)
    services.sweeps.run("test")
    assert _traffic_count(api, client) == 0
    assert api.as_client(client, "GET", _path(client, "call-2")).json["note"] == "call-2"


def test_the_receipt_verifies_with_its_place_in_the_log(api: Api, client: str) -> None:
    receipt = api.put_call(client, "call-1", api.call()).json
    assert api.as_("platform", "GET", f"{_path(client)}/receipt").json == receipt
    assert api.as_client(client, "GET", f"{_path(client)}/receipt").json == receipt
    key = api.request("GET", "/v1/audit/key").text.strip()
    checkpoint = api.request("GET", "/v1/audit/checkpoint").text
    query = f"leaf_index={receipt['leaf_index']}&tree_size={checkpoint.splitlines()[1]}"
    proof = api.as_("auditor", "GET", f"/v1/audit/inclusion?{query}").json
    assert receipt["record_id"] in verify_receipt(receipt, key, checkpoint, proof)


def test_the_receipt_of_an_erased_call_is_gone(api: Api, client: str) -> None:
    api.put_call(client, "call-1", api.call())
    api.as_client(client, "DELETE", _path(client))
    assert api.as_("platform", "GET", f"{_path(client)}/receipt").status_code == 410


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("licence_id", "licence-of-nobody"),
        ("licence_id", ""),
        ("licence_id", None),
        ("direction", "sideways"),
        ("from", "not a number"),
        ("from", "+33"),
        ("from", ""),
        ("to", None),
        ("to", "12345678901234567890"),
        ("started_at", "2026-11-22 09:00:00+00:00"),
        ("started_at", "2026-11-22T09:00:00"),
        ("started_at", 1_700_000_000),
        ("answered_at", "2020-01-01T00:00:00Z"),
        ("ended_at", "2020-01-01T00:00:00Z"),
        ("ended_at", None),
        ("disposition", ""),
        ("recording_consent", "maybe"),
        ("recording_consent", None),
        ("caller_name", "x" * 201),
        ("note", "x" * 10_001),
        ("note", 1),
        ("tags", "devis"),
        ("tags", [1]),
        ("tags", ["x"] * 51),
        ("platform", []),
        ("platform", {"exact": 2**60}),
        ("colour", "blue"),
    ],
)
def test_a_wrong_field_is_named(api: Api, untouched: str, field: str, value: object) -> None:
    answer = api.put_call(untouched, "call-1", {**api.call(), field: value})
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert api.as_client(untouched, "GET", _path(untouched)).status_code == 404


@pytest.mark.parametrize("field", ["licence_id", "direction", "from", "to", "started_at"])
def test_a_missing_field_is_named(api: Api, untouched: str, field: str) -> None:
    body = api.call()
    del body[field]
    answer = api.put_call(untouched, "call-1", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_call_lasts_seven_days_at_most(api: Api, client: str, clock: MovableClock) -> None:
    started_at = clock.now() - timedelta(days=7)
    longest = api.call(timedelta(), started_at=started_at.isoformat())
    assert api.put_call(client, "call-1", longest).status_code == 201
    started_at -= timedelta(milliseconds=1)
    longer = api.put_call(client, "call-2", {**longest, "started_at": started_at.isoformat()})
    assert (longer.status_code, list(longer.json["errors"])) == (422, ["ended_at"])


def test_a_call_may_end_five_minutes_in_the_future_but_no_later(
    api: Api, client: str, clock: MovableClock
) -> None:
    assert api.put_call(client, "call-1", api.call(timedelta(minutes=-5))).status_code == 201
    late = api.put_call(client, "call-2", api.call(timedelta(minutes=-5, seconds=-1)))
    assert (late.status_code, list(late.json["errors"])) == (422, ["ended_at"])


def test_a_licence_of_another_client_does_not_exist(api: Api, client: str) -> None:
    other = api.create_client(f"{client}-other", licences=("theirs",))
    assert api.put_call(other, "call-1", api.call(licence_id="theirs")).status_code == 201
    assert api.put_call(client, "call-1", api.call(licence_id="theirs")).status_code == 422


def test_deeply_nested_platform_data_is_refused_not_crashed_on(api: Api, client: str) -> None:
    for depth, status in ((50, 201), (900, 400), (5000, 400)):
        text = json.dumps(api.call(platform="P")).replace(
            '"P"', '{"n":' * depth + "{}" + "}" * depth
        )
        answer = api.as_("platform", "PUT", _path(client), data=text, content_type=JSON)
        assert (depth, answer.status_code) == (depth, status)


@pytest.mark.parametrize("call_id", ["x" * 201, "a%0Ab", "%00", "%7F", "%FE-x"])
def test_an_id_that_a_batch_would_refuse_is_refused_in_the_path_too(
    api: Api, untouched: str, call_id: str
) -> None:
    assert api.put_call(untouched, call_id, api.call()).status_code == 422


def test_a_call_of_a_very_old_date_does_not_spoil_later_searches(api: Api, client: str) -> None:
    old = dict.fromkeys(("started_at", "answered_at", "ended_at"), "0001-01-01T00:00:00Z")
    assert api.put_call(client, "old", api.call(**old)).status_code == 201
    assert api.put_call(client, "new", api.call()).status_code == 201
    found = api.as_client(client, "GET", f"/v1/clients/{client}/calls").json["items"]
    assert [call["id"] for call in found] == ["new", "old"]


def _path(client: str, call_id: str = "call-1") -> str:
    return f"/v1/clients/{client}/calls/{call_id}"


def _traffic_count(api: Api, client: str) -> int:
    return int(api.as_("dpo", "GET", f"/v1/clients/{client}/traffic").json["count"])
