"""Search by the client and its staff: filters, pages, and keys limited to some licences."""

from datetime import timedelta

import pytest

from tests.builders import STAFF, Api

HOUR = timedelta(hours=1)
ALICE, BOB = "+33611111111", "+33622222222"


@pytest.fixture
def history(api: Api, client: str) -> str:
    """Five calls, an hour apart, newest first in this list, of two licences."""
    api.create_licence(client, "licence-2")
    calls = {
        "call-1": api.call(1 * HOUR, **{"from": ALICE}),
        "call-2": api.call(2 * HOUR, **{"from": BOB, "licence_id": "licence-2"}),
        "call-3": api.call(3 * HOUR, **{"direction": "out", "from": BOB, "to": ALICE}),
        "call-4": api.call(4 * HOUR, **{"from": None, "licence_id": "licence-2"}),
        "call-5": api.call(40 * 24 * HOUR, **{"from": ALICE, "note": "long ago"}),
    }
    assert api.put_calls(client, calls).json["accepted"] == 5
    return client


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "12345"),
        ({"number": ALICE}, "135"),
        ({"number": "06 11 11 11 11"}, "135"),
        ({"number": "0033611111111"}, "135"),
        ({"number": "+33633333333"}, ""),
        ({"number": ALICE, "direction": "in"}, "15"),
        ({"direction": "out"}, "3"),
        ({"licence_id": "licence-2"}, "24"),
        ({"licence_id": "licence-2", "number": BOB}, "2"),
        ({"licence_id": "licence-of-nobody"}, ""),
    ],
)
def test_search_finds_what_matches_newest_first(
    api: Api, history: str, query: dict[str, str], found: str
) -> None:
    assert ids(api, history, query) == found


def test_search_by_time_includes_its_start_and_excludes_its_end(api: Api, history: str) -> None:
    started = {n: api.call(n * HOUR)["started_at"] for n in (1, 2, 3)}
    assert ids(api, history, {"from": started[2]}) == "12"
    assert ids(api, history, {"until": started[2]}) == "345"
    assert ids(api, history, {"from": started[3], "until": started[1]}) == "23"
    assert ids(api, history, {"from": started[2], "until": started[2]}) == ""
    assert ids(api, history, {"from": "0001-01-01T00:00:00Z"}) == "12345"
    assert ids(api, history, {"until": "9999-12-31T23:59:59.999Z", "number": ALICE}) == "135"


def test_a_period_that_ends_before_it_begins_is_a_mistake(api: Api, history: str) -> None:
    query = {"from": api.call(1 * HOUR)["started_at"], "until": api.call(3 * HOUR)["started_at"]}
    answer = api.as_client(history, "GET", f"/v1/clients/{history}/calls", query_string=query)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["until"]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_pages_join_to_the_whole_and_the_last_has_no_next(
    api: Api, history: str, limit: int
) -> None:
    found, cursor, pages = "", None, 0
    while pages == 0 or cursor:
        answer = page(api, history, {"limit": limit} | ({"cursor": cursor} if cursor else {}))
        found, cursor, pages = found + _ids(answer), answer["next"], pages + 1
    assert found == "12345"
    assert pages == -(-5 // limit)


def test_calls_of_the_same_moment_are_paged_without_loss(api: Api, client: str) -> None:
    calls = {f"call-{n}": api.call(HOUR, note=str(n)) for n in range(7)}
    api.put_calls(client, calls)
    found, cursor = [], None
    while not found or cursor:
        answer = page(api, client, {"limit": 3} | ({"cursor": cursor} if cursor else {}))
        found += [call["id"] for call in answer["items"]]
        cursor = answer["next"]
    assert sorted(found) == sorted(calls)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "many"),
        ("cursor", "!"),
        ("cursor", "AAAA"),
        ("cursor", "f" * 48),
        ("cursor", "AADm0yuKF_8AAAAA"),
        ("number", "nobody"),
        ("direction", "up"),
        ("from", "yesterday"),
        ("until", "2026-11-22"),
        ("colour", "blue"),
    ],
)
def test_a_wrong_query_is_named(api: Api, client: str, name: str, value: str) -> None:
    path = f"/v1/clients/{client}/calls"
    answer = api.as_client(client, "GET", path, query_string={name: value})
    assert (answer.status_code, [*answer.json["errors"]]) == (422, [name])


def test_a_key_limited_to_a_licence_sees_that_licence_only(api: Api, history: str) -> None:
    key = api.client_key(history, ["licence-2"])
    calls = f"/v1/clients/{history}/calls"
    assert _ids(api.request("GET", calls, key).json) == "24"
    assert _ids(api.request("GET", f"{calls}?licence_id=licence-1", key).json) == ""
    assert api.request("GET", f"{calls}/call-2", key).status_code == 200
    for method, more in (("GET", {}), ("PATCH", {"json": {"note": "x"}})):
        assert api.request(method, f"{calls}/call-1", key, **more).status_code == 404
    assert api.request("GET", f"{calls}/call-1/receipt", key).status_code == 404
    assert api.request("DELETE", f"{calls}/call-1", key).status_code == 204
    assert ids(api, history, {}) == "12345"


def test_support_states_a_purpose_to_search_and_others_may_not(api: Api, history: str) -> None:
    calls = f"/v1/clients/{history}/calls"
    assert api.as_("support", "GET", calls).status_code == 403
    assert _ids(api.as_("support", "GET", calls, headers=STAFF).json) == "12345"
    for role in ("platform", "admin", "billing", "dpo", "legal", "auditor"):
        assert api.as_(role, "GET", calls, headers=STAFF).status_code == 403


def test_another_client_finds_nothing_and_reads_nothing(api: Api, history: str) -> None:
    other = api.create_client(f"{history}-other")
    calls = f"/v1/clients/{history}/calls"
    assert api.as_client(other, "GET", calls).status_code == 404
    assert api.as_client(other, "GET", f"{calls}/call-1").status_code == 404
    assert api.as_client(other, "DELETE", f"{calls}/call-1").status_code == 404
    assert ids(api, other, {"number": ALICE}) == ""
    assert ids(api, history, {}) == "12345"


def ids(api: Api, client: str, query: dict[str, str]) -> str:
    return _ids(page(api, client, query))


def page(api: Api, client: str, query: dict) -> dict:
    path = f"/v1/clients/{client}/calls"
    answer = api.as_client(client, "GET", path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def _ids(answer: dict) -> str:
    return "".join(call["id"].removeprefix("call-") for call in answer["items"])
