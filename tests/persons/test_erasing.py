"""A person is erased from what is hosted for a client, whose own facts stay (RULES DSR-1)."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import to_text
from telecom_privacy.persons import erasing
from tests.builders import raw_documents
from tests.holds.builders import logged
from tests.persons.builders import AUDIO, CALLER, OTHER, Desk
from tests.retention.builders import key_slots
from tests.reversibility.conftest import Portal

OWN = "+33187654321"
NOTHING = {"state": "done", "calls": 0, "recordings": 0, "records": 0, "own_number": 0}
WRITTEN = {
    "caller_name": "Camille Durand",
    "note": "rappeler Camille",
    "tags": ["urgent"],
    "route": "sip:camille@example.org",
    "platform": {"leg": "camille"},
}


@pytest.fixture(autouse=True)
def _alone(services: Services) -> Iterator[None]:
    yield
    services.databases.bulk["calls"].delete_many({})


def erase(desk: Desk, **body: str) -> Any:
    answer = desk.does("POST", "persons/erasure", json=body or {"number": CALLER})
    assert answer.status_code == HTTPStatus.OK, answer.json
    told = answer.json
    assert told.pop("begun_at") == to_text(desk.clock.now())
    return told


def read(desk: Desk, name: str) -> Any:
    answer = desk.does("GET", f"calls/{name}")
    assert answer.status_code == HTTPStatus.OK
    return answer.json


def test_a_request_that_names_nobody_or_says_something_else_is_refused(desk: Desk) -> None:
    desk.record_call("call-1")
    for body in (
        {},
        {"number": "abc"},
        {"number": CALLER, "subject": "x"},
        {"number": CALLER, "note": "no"},
    ):
        answer = desk.does("POST", "persons/erasure", json=body)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, body
        assert desk.play("call-1").status_code == HTTPStatus.OK, body


def test_a_key_that_is_limited_erases_within_its_licences_only(desk: Desk) -> None:
    desk.create_licence(desk.client, "licence-2")
    desk.record_call("others")
    desk.record_call("its", licence_id="licence-2")
    desk.note("others", CALLER)
    key = desk.client_key(desk.client, ["licence-2"])
    before = read(desk, "others")

    path, body = desk.path("persons/erasure"), {"number": CALLER}
    answer = desk.request("POST", path, key, json=body)

    assert answer.json.items() >= {**NOTHING, "calls": 1, "recordings": 1}.items()
    assert read(desk, "others") == before
    assert desk.does("GET", "records/call_note/others").status_code == HTTPStatus.OK
    assert read(desk, "its")["from"] is None


def test_the_callers_part_goes_and_the_clients_facts_stay(desk: Desk) -> None:
    desk.record_call("call-1", **WRITTEN)
    desk.record_call("other", **{"from": OTHER})
    facts, other = read(desk, "call-1"), read(desk, "other")

    assert erase(desk, number="06 12 34 56 78") == {**NOTHING, "calls": 1, "recordings": 1}

    left = read(desk, "call-1")
    assert left.pop("party_erased_at")
    gone = {"from": None, "recordings": []}
    assert left == {n: v for n, v in facts.items() if n not in WRITTEN} | gone
    assert read(desk, "other") == other
    assert desk.play("call-1").status_code == HTTPStatus.GONE
    assert desk.play("other").data == AUDIO
    assert erase(desk) == NOTHING


def test_it_is_found_by_the_clients_number_and_not_by_the_persons(
    desk: Desk, services: Services
) -> None:
    desk.record_call("call-1")
    calls = services.databases.bulk["calls"]
    (before,) = calls.find({})
    erase(desk)
    (after,) = calls.find({})
    assert desk.listed("calls?number=%2B33612345678") == set()
    assert desk.listed("calls?number=%2B33187654321") == {"call-1"}
    assert len(set(before["numbers"]) - set(after["numbers"])) == 1
    assert (before["key"]["page"], before["key"]["slot"]) not in key_slots(services)


def test_the_client_may_keep_what_it_wrote(desk: Desk) -> None:
    for name, body in (
        ("call-1", {"note": "keep"}),
        ("call-2", {"tags": "keep"}),
        ("call-3", {"note": "keep", "tags": "keep"}),
    ):
        desk.record_call(name, **WRITTEN)
        erase(desk, number=CALLER, **body)
        left = read(desk, name)
        assert {one for one in WRITTEN if one in left} == set(body)


def test_what_was_set_right_of_a_call_goes_too(desk: Desk) -> None:
    desk.record_call("call-1", **WRITTEN)
    body = {"caller_name": "Camille Dupont", "reason": "Camille wrote"}
    desk.does("PATCH", "calls/call-1", json=body)
    erase(desk, number=CALLER, note="keep")
    assert desk.does("GET", "calls/call-1/history").json == {"items": []}


def test_of_an_outgoing_call_the_number_called_goes(desk: Desk) -> None:
    desk.record_call("out", direction="out", **{"from": OWN, "to": CALLER})
    assert erase(desk)["calls"] == 1
    left = read(desk, "out")
    assert (left["from"], left["to"]) == (OWN, None)


def test_a_number_that_is_the_clients_side_stays(desk: Desk) -> None:
    desk.record_call("in")
    desk.record_call("out", direction="out", **{"from": OWN, "to": CALLER})
    before = read(desk, "in"), read(desk, "out")
    assert erase(desk, number=OWN) == {**NOTHING, "own_number": 2}
    assert (read(desk, "in"), read(desk, "out")) == before


def test_of_a_call_from_a_number_to_itself_the_clients_side_stays(desk: Desk) -> None:
    desk.record_call("inside", **{"from": OWN, "to": OWN})
    assert erase(desk, number=OWN) == {**NOTHING, "calls": 1, "recordings": 1}
    left = read(desk, "inside")
    assert (left["from"], left["to"]) == (None, OWN)
    assert erase(desk, number=OWN) == {**NOTHING, "own_number": 1}


def test_calls_of_every_month_are_covered(desk: Desk) -> None:
    desk.record_call("call-1")
    desk.clock.advance(days=40)
    desk.record_call("call-2")
    assert erase(desk)["calls"] == 2


def test_records_about_the_person_go_whatever_their_category(desk: Desk) -> None:
    desk.note("mine", "06 12 34 56 78")
    desk.note("others", OTHER)
    desk.note("named", "camille@example.org")
    assert erase(desk) == {**NOTHING, "records": 1}
    assert erase(desk, subject="camille@example.org") == {**NOTHING, "records": 1}
    statuses = [
        desk.does("GET", f"records/call_note/{name}").status_code
        for name in ("mine", "named", "others")
    ]
    assert statuses == [410, 410, 200]


def test_what_is_restricted_is_erased_too(desk: Desk) -> None:
    desk.record_call("call-1")
    desk.restrict_person(number=CALLER)
    assert erase(desk)["calls"] == 1
    assert read(desk, "call-1")["from"] is None


def test_an_objection_goes_on_working(desk: Desk) -> None:
    assert desk.does("POST", "persons/objection", json={"number": CALLER}).status_code == 204
    erase(desk)
    desk.clock.advance(minutes=10)
    desk.put_call(desk.client, "later", desk.call())
    answer = desk.put_recording(desk.client, "later", AUDIO)
    assert answer.json["type"].endswith(":recording-objected")


def test_no_late_retry_of_the_platform_brings_anything_back(desk: Desk) -> None:
    body = desk.call()
    desk.put_call(desk.client, "call-1", body)
    desk.put_recording(desk.client, "call-1", AUDIO)
    erase(desk)
    before = read(desk, "call-1")
    assert desk.put_call(desk.client, "call-1", body).status_code == HTTPStatus.GONE
    answers = [desk.put_recording(desk.client, "call-1", AUDIO, name) for name in (None, "second")]
    assert [answer.status_code for answer in answers] == [410, 410]
    consent = {"recording_consent": "given"}
    assert desk.does("PATCH", "calls/call-1", json=consent).status_code == HTTPStatus.OK
    answer = desk.put_recording(desk.client, "call-1", AUDIO, "second")
    assert answer.status_code == HTTPStatus.GONE
    assert read(desk, "call-1") == before


def test_the_operators_own_copy_stays_until_its_own_term(desk: Desk, services: Services) -> None:
    desk.record_call("call-1")
    traffic = services.databases.bulk["traffic"]
    before = list(traffic.find({}))
    erase(desk)
    assert list(traffic.find({})) == before


def test_packages_that_hold_the_call_are_withdrawn(desk: Desk) -> None:
    desk.record_call("call-1")
    portal = Portal(desk, desk.client)
    path = portal.made(kind="history")
    erase(desk)
    assert portal.state(path) == "gone"
    assert portal.status(path) == HTTPStatus.GONE


def test_certificates_and_the_access_log_say_so(desk: Desk, services: Services) -> None:
    desk.record_call("call-1")
    desk.note("mine", CALLER)
    erase(desk)
    desk.does("DELETE", "calls/call-1")
    services.sweeps.run("test")
    (one,) = desk.as_client(desk.client, "GET", "/v1/erasures").json["items"]
    path = f"/v1/erasures/{one['id']}"
    counts = desk.as_client(desk.client, "GET", path).json["counts"]
    assert {(c["category"], c["count"]) for c in counts if c["rule"] == "DSR-1"} == {
        ("call_note", 1),
        ("call_party", 1),
        ("recording", 1),
    }
    assert {"rule": "RET-2", "category": "call", "count": 1} in counts
    accesses = desk.does("GET", "accesses").json["items"]
    assert "person.erased" in {one["action"] for one in accesses}
    actions = {entry["action"] for entry in logged(desk, services)}
    assert {"person.erased", "call.party_erased"} <= actions


def test_a_call_that_goes_after_its_part_was_certified_is_in_the_next_revision(
    desk: Desk, services: Services
) -> None:
    calls = {"call-1": desk.call(), "call-2": desk.call(**{"from": OTHER})}
    desk.put_calls(desk.client, calls)  # so their keys lie on one page
    erase(desk)
    services.sweeps.run("test")
    for name in calls:
        desk.does("DELETE", f"calls/{name}")
    services.sweeps.run("test")

    (one,) = desk.as_client(desk.client, "GET", "/v1/erasures").json["items"]
    counts = {(count["rule"], count["category"], count["count"]) for count in one["counts"]}
    assert one["revision"] == 2
    assert counts == {("DSR-1", "call_party", 1), ("RET-2", "call", 2)}
    answer = desk.as_("dpo", "GET", f"/v1/erasures/{one['id']}/destruction")
    assert {one["category"]: one["destroyed"] for one in answer.json["counts"]} == {
        "call_party": 1,
        "call": 2,
    }


def test_a_request_with_too_much_to_do_is_finished_by_recovery_and_its_number_is_stored_nowhere(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("call-1", "call-2"):
        desk.record_call(name, **WRITTEN)
    monkeypatch.setattr(erasing, "_MOST_AT_ONCE", 1)
    assert erase(desk, number=CALLER, note="keep")["state"] == "running"
    for name in (CALLER, "33612345678", "612345678", "Camille"):
        assert name.encode() not in raw_documents(services.databases)

    desk.clock.advance(minutes=2)
    services.recovery.run()

    left = [read(desk, name) for name in ("call-1", "call-2")]
    assert [(one["from"], one["note"]) for one in left] == [(None, WRITTEN["note"])] * 2
    assert list(services.databases.audit["person_erasures"].find({})) == []
    assert erase(desk) == NOTHING
