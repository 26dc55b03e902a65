"""Holds over HTTP (API.md): who may, what is refused, two people release."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole
from tests.builders import Api, MovableClock, raw_documents
from tests.holds.builders import hold_body, logged, place, read, release

STRANGERS = sorted(set(ApiRole) - {ApiRole.LEGAL, ApiRole.DPO, ApiRole.CLIENT})


def test_nobody_but_legal_staff_learns_whether_there_are_holds(api: Api, client: str) -> None:
    hold = place(api, client_id=client)
    routes = [
        ("GET", "/v1/holds"),
        ("POST", "/v1/holds"),
        ("GET", f"/v1/holds/{hold}"),
        ("GET", f"/v1/holds/{uuid4()}"),
        ("POST", f"/v1/holds/{hold}/review"),
        ("POST", f"/v1/holds/{hold}/release"),
    ]
    keys = [api.client_key(client), *(api.key(role) for role in STRANGERS)]
    for key in keys:
        answers = [api.request(method, path, key) for method, path in routes]
        assert {answer.status_code for answer in answers} == {403}
        assert len({answer.data for answer in answers}) == 1


def test_a_hold_is_read_as_it_was_placed(api: Api, client: str, clock: MovableClock) -> None:
    until = clock.now()
    since = until - timedelta(days=3)
    body = hold_body(
        client_id=client,
        licence_id="licence-1",
        number="06 12 34 56 78",
        **{"from": since.isoformat(), "until": until.isoformat()},
    )
    placed = api.as_("legal", "POST", "/v1/holds", json=body)
    assert placed.status_code == 201
    found = read(api, placed.json["id"])
    assert found == placed.json
    assert {name: found[name] for name in ("case", "reason", "secret", "review_on")} == {
        "case": "2026/117",
        "reason": "A dispute is likely.",
        "secret": True,
        "review_on": "2099-01-01",
    }
    assert (found["client_id"], found["licence_id"]) == (client, "licence-1")
    assert found["number"] == "+33612345678"
    assert (found["state"], found["withheld"], found["review_due"]) == ("active", 0, False)
    assert found["release_asked"] is found["released"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": "nobody"}, "client_id"),
        ({"licence_id": "unknown"}, "client_id"),
        ({"client_id": None, "number": "+33612345678", "licence_id": "licence-1"}, "client_id"),
        ({"number": "12 abc"}, "number"),
        ({"review_on": "soon"}, "review_on"),
        ({"from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "until"),
        ({"from": "2026-02-01"}, "from"),
        ({"secret": "yes"}, "secret"),
        ({"case": None}, "case"),
        ({"judge": "unknown"}, "judge"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused(
    api: Api, client: str, changes: dict[str, Any], field: str
) -> None:
    body = hold_body(**{"client_id": client, **changes})
    answer = api.as_("legal", "POST", "/v1/holds", json=body)
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert api.as_("legal", "GET", "/v1/holds").json["items"] == []


def test_two_people_release_and_one_alone_does_not(api: Api, client: str) -> None:
    hold = place(api, client_id=client)
    path = f"/v1/holds/{hold}/release"
    first = api.as_("legal", "POST", path)
    assert (first.status_code, first.json["state"]) == (202, "release_asked")
    assert api.as_("legal", "POST", path).status_code == 409
    assert read(api, hold)["state"] == "release_asked"
    second = api.as_("dpo", "POST", path)
    assert (second.status_code, second.json["state"]) == (200, "released")
    assert second.json["release_asked"]["by"] != second.json["released"]["by"]
    assert api.as_("legal", "POST", path).status_code == 409
    assert api.as_("dpo", "POST", path).status_code == 409


def test_a_hold_that_does_not_exist_is_not_found(api: Api) -> None:
    path = f"/v1/holds/{uuid4()}"
    assert api.as_("legal", "GET", path).status_code == 404
    assert api.as_("legal", "POST", f"{path}/release").status_code == 404
    body = {"review_on": "2099-01-01"}
    assert api.as_("legal", "POST", f"{path}/review", json=body).status_code == 404


def test_holds_are_listed_by_state_and_by_review(
    api: Api, client: str, clock: MovableClock
) -> None:
    later = (clock.now() + timedelta(days=10)).date().isoformat()
    due, open_, gone = (place(api, client_id=client, review_on=day) for day in [later] * 3)
    release(api, gone)
    api.as_("legal", "POST", f"/v1/holds/{open_}/review", json={"review_on": "2099-01-01"})
    clock.advance(days=11)

    def ids(query: str) -> list[str]:
        answer = api.as_("legal", "GET", f"/v1/holds?{query}")
        assert answer.status_code == 200
        return [item["id"] for item in answer.json["items"]]

    assert sorted(ids("")) == sorted([due, open_, gone])
    assert ids("review_due=true") == [due]
    assert sorted(ids("state=active")) == sorted([due, open_])
    assert ids("state=released") == [gone]
    assert api.as_("legal", "GET", "/v1/holds?state=odd").status_code == 422
    page = api.as_("legal", "GET", "/v1/holds?limit=2").json
    rest = api.as_("legal", "GET", f"/v1/holds?limit=2&cursor={page['next']}").json
    assert [len(page["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]


def test_a_released_hold_is_not_reviewed_any_more(api: Api, client: str) -> None:
    hold = place(api, client_id=client)
    release(api, hold)
    body = {"review_on": "2099-01-01"}
    assert api.as_("legal", "POST", f"/v1/holds/{hold}/review", json=body).status_code == 409


def test_a_review_that_is_due_is_reminded_of_once(
    api: Api, client: str, clock: MovableClock, services: Services
) -> None:
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    hold = place(api, client_id=client, review_on=day)
    services.holds.run()
    assert _reminders(api, services, hold) == []
    clock.advance(days=3)
    services.holds.run()
    services.holds.run()
    assert _reminders(api, services, hold) == [day]
    assert read(api, hold)["review_due"] is True


def test_what_a_hold_says_is_stored_sealed(api: Api, client: str, services: Services) -> None:
    texts = ["case-4711", "because of the quarrel", "+33698765432"]
    place(api, client_id=client, case=texts[0], reason=texts[1], number=texts[2])
    stored = raw_documents(services.databases)
    assert not [text for text in [*texts, client] if text.encode() in stored]


def _reminders(api: Api, services: Services, hold: str) -> list[str]:
    """The review dates that the log reminds of."""
    return [
        one["details"]["review_on"]
        for one in logged(api, services)
        if one["action"] == "hold.review_due" and one["details"]["hold"] == hold
    ]
