"""One page of what is held, on what terms, and what goes next; and the bin of call notes."""

from http import HTTPStatus
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api, MovableClock
from tests.dashboard.builders import new_client, take_package
from tests.holds.builders import place
from tests.retention.builders import put_recorded_call


@pytest.fixture
def client(api: Api) -> str:
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    return client


def privacy(api: Api, client: str) -> dict[str, Any]:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/privacy")
    assert answer.status_code == 200, answer.json
    return answer.json


def held(found: dict[str, Any]) -> dict[str, int]:
    return {one["category"]: one["count"] for one in found["held"]}


def put(api: Api, client: str, category: str, record_id: str, **body: Any) -> None:
    path = f"/v1/clients/{client}/records/{category}/{record_id}"
    sent = {"occurred_at": api.clock.now().isoformat(), **body}
    assert api.as_client(client, "PUT", path, json=sent).status_code == 201


def report(api: Api, client: str, category: str, record_id: str, event: str) -> int:
    path = f"/v1/clients/{client}/records/{category}/{record_id}/events"
    return api.as_client(client, "POST", path, json={"event": event}).status_code


def test_a_key_that_is_limited_to_licences_is_refused(api: Api, client: str) -> None:
    key = api.client_key(client, ["licence-1"])
    answer = api.request("GET", f"/v1/clients/{client}/privacy", key)
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_it_counts_what_is_held_and_says_what_goes_next_under_which_rule(
    api: Api, clock: MovableClock, client: str
) -> None:
    found = privacy(api, client)
    assert held(found) == {"call": 1, "licence": 1, "recording": 1}
    recording = next(one for one in found["held"] if one["category"] == "recording")
    [due] = recording["next_due"]
    assert (due["rule"], due["count"]) == ("RET-1", 1)
    assert recording["next_due_complete"]
    assert recording["oldest_month"] == recording["newest_month"]
    call = next(one for one in found["held"] if one["category"] == "call")
    assert call["next_due"] == []  # it stays for as long as the contract goes on
    assert (found["policy"], found["options"]) == ("web2contact", ["recording"])
    promised = {(one["id"], one["category"], one["duration"]) for one in found["rules"]}
    assert ("RET-1", "recording", "P90D") in promised
    assert {one["category"] for one in found["rules"]}.isdisjoint({"traffic", "billing"})


def test_what_is_past_its_term_is_not_counted_though_nothing_swept_it(
    api: Api, clock: MovableClock, client: str
) -> None:
    clock.advance(days=91)
    assert held(privacy(api, client)) == {"call": 1, "licence": 1}


def test_what_is_restricted_is_counted_as_such(api: Api, client: str) -> None:
    put_recorded_call(api, client, "call-2")
    put(api, client, "call_note", "note", subject="+33699999999", data={"text": "rappeler"})
    assert {one["restricted"] for one in privacy(api, client)["held"]} == {0}
    body = {"reason": "accuracy_contested"}
    base = f"/v1/clients/{client}"
    for path, more in (("calls/call-1", {}), ("persons", {"number": "+33699999999"})):
        answer = api.as_client(client, "POST", f"{base}/{path}/restriction", json={**body, **more})
        assert answer.status_code == 200
    found = {one["category"]: one for one in privacy(api, client)["held"]}
    counts = {name: (one["restricted"], one["count"]) for name, one in found.items()}
    assert counts == {"call": (1, 2), "recording": (1, 2), "call_note": (1, 1), "licence": (0, 1)}
    assert all(one["restricted_complete"] for one in found.values())


def test_consents_licences_packages_and_accesses_are_told(api: Api, client: str) -> None:
    for number, event in enumerate((None, "revoked", None)):
        data = {"purpose": "newsletter" if number else "push"}
        put(api, client, "consent", f"consent-{number}", data=data, subject=f"subject-{number}")
        if event:
            assert report(api, client, "consent", f"consent-{number}", event) == 200
    api.create_licence(client, "licence-2")
    path = f"/v1/clients/{client}/licences/licence-2/anonymise"
    assert api.as_client(client, "POST", path).status_code == 200
    taken = take_package(api, client)
    call = f"/v1/clients/{client}/calls/call-1"
    assert api.as_("support", "GET", call, headers=STAFF).status_code == 200

    found = privacy(api, client)
    assert found["licences"] == {"count": 2, "anonymised": 1}
    assert {(c["purpose"], c["state"]): c["count"] for c in found["consents"]["items"]} == {
        ("newsletter", "given"): 1,
        ("newsletter", "revoked"): 1,
        ("push", "given"): 1,
    }
    assert found["consents"]["complete"]
    assert [one["id"] for one in found["packages"]] == [taken]
    assert found["accesses"]["others"] == 1
    assert found["accesses"]["own"] >= 2


def test_what_only_a_hold_keeps_counts_as_gone(api: Api, client: str) -> None:
    place(api, client_id=client)
    assert api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1").status_code == 204
    assert held(privacy(api, client)) == {"licence": 1}


def test_a_call_note_goes_to_the_bin_and_back_and_from_the_bin_for_good(
    api: Api, services: Services, client: str
) -> None:
    put(api, client, "call_note", "note-1", data={"text": "Rappeler demain."})

    def listed(binned: str) -> list[str]:
        path = f"/v1/clients/{client}/records/call_note?binned={binned}"
        return [one["id"] for one in api.as_client(client, "GET", path).json["items"]]

    assert (listed("false"), listed("true")) == (["note-1"], [])
    assert report(api, client, "call_note", "note-1", "binned") == 200
    assert (listed("false"), listed("true")) == ([], ["note-1"])
    assert held(privacy(api, client))["call_note"] == 1  # the bin is held, too

    assert report(api, client, "call_note", "note-1", "restored") == 200
    assert (listed("false"), listed("true")) == (["note-1"], [])
    assert report(api, client, "call_note", "note-1", "binned") == 200

    path = f"/v1/clients/{client}/records/call_note/note-1"
    assert api.as_client(client, "DELETE", path).status_code == 204
    assert report(api, client, "call_note", "note-1", "restored") == HTTPStatus.GONE
    assert api.as_client(client, "GET", path).status_code == HTTPStatus.GONE
    body = {"occurred_at": api.clock.now().isoformat(), "data": {"text": "Rappeler demain."}}
    assert api.as_client(client, "PUT", path, json=body).status_code == HTTPStatus.GONE
    assert (listed("false"), listed("true")) == ([], [])
    assert "call_note" not in held(privacy(api, client))
