"""What is restricted is kept and not used (RULES DSR-7)."""

import time
from http import HTTPStatus

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api, raw_documents, recording_path
from tests.holds.builders import place
from tests.persons.builders import AUDIO, CALLER, DISPUTE, OTHER, REASON, Desk, is_restricted
from tests.wiring import another_worker, until


def test_a_key_that_is_limited_to_some_licences_restricts_no_person(desk: Desk) -> None:
    key = desk.client_key(desk.client, ["licence-1"])
    for end in ("restriction", "restriction/lift"):
        body = {"number": CALLER, **({} if "lift" in end else REASON)}
        answer = desk.request("POST", desk.path(f"persons/{end}"), key, json=body)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert answer.json["type"].endswith(":licence-limited")


def test_a_call_of_another_licence_or_none_cannot_be_restricted(desk: Desk) -> None:
    desk.create_licence(desk.client, "licence-2")
    desk.record_call("call-1")
    key = desk.client_key(desk.client, ["licence-2"])
    answers = [
        desk.request("POST", desk.path(f"calls/{name}/restriction"), key, json=REASON)
        for name in ("call-1", "absent")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert desk.play("call-1").status_code == 200


@pytest.mark.parametrize("body", [{}, {"reason": "because"}, {**REASON, "more": 1}])
def test_a_restriction_without_a_ground_of_the_law_is_refused(
    desk: Desk, body: dict[str, str]
) -> None:
    desk.record_call("call-1")
    answer = desk.does("POST", "calls/call-1/restriction", json=body)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("body", [{}, {"number": CALLER, "subject": "x"}, {"number": "abc"}])
def test_one_person_must_be_named(desk: Desk, body: dict[str, str]) -> None:
    answer = desk.does("POST", "persons/restriction", json={**REASON, **body})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_restricted_call_is_neither_read_played_nor_listed(desk: Desk) -> None:
    desk.record_call("call-1")
    desk.record_call("call-2")

    desk.restrict("calls/call-1")

    assert is_restricted(desk.does("GET", "calls/call-1"))
    assert is_restricted(desk.play("call-1"))
    assert is_restricted(desk.play("call-1", headers={"Range": "bytes=0-9"}))
    assert desk.listed() == desk.listed("calls?number=%2B33612345678") == {"call-2"}
    assert desk.play("call-2").data == AUDIO


def test_a_lifted_restriction_leaves_everything_as_it_was(desk: Desk) -> None:
    desk.record_call("call-1")
    before = desk.does("GET", "calls/call-1").json
    desk.restrict("calls/call-1")
    desk.restrict("calls/call-1")

    for _ in range(2):
        assert desk.does("DELETE", "calls/call-1/restriction").status_code == 204

    assert desk.does("GET", "calls/call-1").json == before
    assert desk.play("call-1").data == AUDIO


def test_only_staff_with_a_legal_claim_reads_what_is_restricted(desk: Desk) -> None:
    desk.record_call("call-1")
    desk.restrict("calls/call-1")
    paths = (desk.path("calls/call-1"), recording_path(desk.client, "call-1"))
    for path in paths:
        assert is_restricted(desk.as_("support", "GET", path, headers=STAFF))
        assert is_restricted(desk.as_client(desk.client, "GET", path, headers=DISPUTE))
        assert desk.as_("support", "GET", path, headers=DISPUTE).status_code == 200
    calls = desk.as_("support", "GET", desk.path("calls"), headers=STAFF).json["items"]
    assert calls == []


def test_a_change_does_not_lift_it_and_shows_only_what_was_sent(desk: Desk) -> None:
    desk.record_call("call-1", note="private")
    desk.restrict("calls/call-1")

    answer = desk.does("PATCH", "calls/call-1", json={"tags": ["vip"]})

    assert set(answer.json) == {"id", "record_id", "tags"}
    assert is_restricted(desk.does("GET", "calls/call-1"))


def test_storing_goes_on_and_is_not_use(desk: Desk) -> None:
    body = desk.call()
    desk.put_call(desk.client, "call-1", body)
    desk.restrict("calls/call-1")
    assert desk.put_call(desk.client, "call-1", body).status_code == 200
    assert desk.put_recording(desk.client, "call-1", AUDIO).status_code == 201
    assert is_restricted(desk.play("call-1"))
    assert desk.does("GET", "calls/call-1/receipt").status_code == 200


def test_what_is_restricted_is_still_deleted_and_falls_due(desk: Desk, services: Services) -> None:
    for name in ("call-1", "call-2"):
        desk.record_call(name)
        desk.restrict(f"calls/{name}")
    assert desk.does("DELETE", "calls/call-1").status_code == 204
    assert desk.does("GET", "calls/call-1").status_code == 410
    desk.clock.advance(days=91)
    services.sweeps.run("test")
    assert desk.does("DELETE", "calls/call-2/restriction").status_code == 204
    assert desk.play("call-2").status_code == 410


def test_no_restore_of_the_data_lifts_it(desk: Desk, services: Services) -> None:
    desk.record_call("call-1")
    calls = services.databases.bulk["calls"]
    saved = list(calls.find({}))
    desk.restrict("calls/call-1")
    calls.delete_many({})
    calls.insert_many(saved)
    assert is_restricted(desk.does("GET", "calls/call-1"))


def test_a_restricted_person_is_restricted_in_what_is_there_and_what_comes(desk: Desk) -> None:
    desk.record_call("call-1")
    desk.record_call("other", **{"from": OTHER})

    desk.restrict_person(number="06 12 34 56 78")
    desk.record_call("call-2", direction="out", to=CALLER, **{"from": "+33187654321"})

    for name in ("call-1", "call-2"):
        assert is_restricted(desk.does("GET", f"calls/{name}"))
        assert is_restricted(desk.play(name))
    assert desk.listed() == {"other"}

    lifted = desk.does("POST", "persons/restriction/lift", json={"number": CALLER})
    assert lifted.status_code == 204
    assert desk.listed() == {"call-1", "call-2", "other"}


def test_what_was_restricted_by_itself_stays_so_when_the_person_is_not_any_more(
    desk: Desk,
) -> None:
    desk.record_call("call-1")
    desk.restrict("calls/call-1")
    desk.restrict_person(number=CALLER)
    desk.does("POST", "persons/restriction/lift", json={"number": CALLER})
    assert is_restricted(desk.does("GET", "calls/call-1"))


def test_a_restricted_record_is_kept_with_its_content_and_not_used(desk: Desk) -> None:
    desk.note("one")
    desk.note("two", subject="06 12 34 56 78")
    desk.note("three", subject="+33611111111")
    desk.restrict("records/call_note/one")
    desk.restrict_person(number=CALLER)

    for name in ("one", "two"):
        for end in ("", "/content"):
            assert is_restricted(desk.does("GET", f"records/call_note/{name}{end}"))
    assert desk.listed("records/call_note") == {"three"}
    assert desk.does("DELETE", "records/call_note/one/restriction").status_code == 204
    assert desk.listed("records/call_note") == {"one", "three"}


def test_the_dpo_restricts_what_the_operator_keeps_and_nothing_of_the_clients(desk: Desk) -> None:
    desk.record_call("call-1")
    body = {**REASON, "number": CALLER}
    answer = desk.as_("dpo", "POST", desk.path("persons/restriction"), json=body)
    assert answer.status_code == 200
    assert desk.does("GET", "calls/call-1").status_code == 200

    desk.client = "operator"
    record = {
        "occurred_at": desk.clock.now().isoformat(),
        "data": {},
        "subject": "camille@example.org",
    }
    path = desk.path("records/marketing/lead")
    assert desk.as_("dpo", "PUT", path, json=record).status_code == 201
    assert desk.as_("dpo", "GET", path, headers=STAFF).status_code == 200
    answer = desk.as_("dpo", "POST", f"{path}/restriction", json=REASON)
    assert answer.json["reason"] == REASON["reason"]
    assert is_restricted(desk.as_("dpo", "GET", path, headers=STAFF))
    assert desk.as_("dpo", "GET", path, headers=DISPUTE).status_code == 200
    desk.as_("dpo", "DELETE", path)


def test_the_person_of_another_client_is_another_person(desk: Desk, api: Api) -> None:
    desk.record_call("call-1")
    other = api.create_client(f"{desk.client}-other")
    body = {**REASON, "number": CALLER}
    path = f"/v1/clients/{other}/persons/restriction"
    assert api.as_client(other, "POST", path, json=body).status_code == 200
    assert desk.does("GET", "calls/call-1").status_code == 200


def test_a_secret_hold_changes_no_answer(desk: Desk, api: Api) -> None:
    answers = []
    for held in (False, True):
        name = f"call-{held}"
        desk.record_call(name)
        if held:
            place(api, client_id=desk.client)
        first = desk.does("POST", f"calls/{name}/restriction", json=REASON)
        second = desk.does("GET", f"calls/{name}")
        third = desk.does("DELETE", f"calls/{name}/restriction")
        answers.append([(one.status_code, one.data) for one in (first, second, third)])
    assert answers[0] == answers[1]


def test_nothing_stored_names_the_person(desk: Desk, services: Services) -> None:
    desk.record_call("call-1")
    desk.restrict_person(number=CALLER)
    desk.restrict_person(subject="camille@example.org")
    stored = raw_documents(services.databases)
    for name in (CALLER, "33612345678", "612345678", "camille"):
        assert name.encode() not in stored


def test_a_client_may_say_how_the_person_was_told_before_it_lifts_but_not_that_it_will_be(
    desk: Desk,
) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    desk.restrict("calls/call-1")
    lifting = "calls/call-1/restriction"
    for wrong in ("told=rumour", "told_at=2020-01-01T00:00:00Z"):
        assert desk.does("DELETE", f"{lifting}?{wrong}").status_code == 422
    ahead = "told=letter&told_at=2999-01-01T00:00:00Z"
    assert desk.does("DELETE", f"{lifting}?{ahead}").status_code == 422
    assert is_restricted(desk.does("GET", "calls/call-1"))
    assert desk.does("DELETE", f"{lifting}?told=telephone").status_code == 204
    assert desk.does("GET", "calls/call-1").status_code == 200


def test_the_first_restriction_of_a_client_holds_in_another_worker_within_a_second(
    desk: Desk, services: Services
) -> None:
    desk.record_call("call-1")
    with another_worker(services, desk.clock) as worker:
        other = Desk(create_app(worker), worker.accounts, desk.clock)
        other.client = desk.client
        assert other.does("GET", "calls/call-1").status_code == 200

        desk.restrict("calls/call-1")
        assert is_restricted(desk.does("GET", "calls/call-1"))
        restricted_at = time.monotonic()
        until(lambda: time.monotonic() > restricted_at + 1)
        assert is_restricted(other.does("GET", "calls/call-1"))
