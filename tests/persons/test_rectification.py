"""What was wrong of a call is set right, and what stood there stays known (RULES DSR-1)."""

from http import HTTPStatus
from typing import Any

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.changes import MOST_CHANGES, noted
from tests.builders import raw_documents
from tests.persons.builders import Desk, is_restricted


def test_the_history_of_another_licences_call_looks_like_that_of_none(desk: Desk) -> None:
    desk.create_licence(desk.client, "licence-2")
    desk.put_call(desk.client, "call-1", desk.call())
    key = desk.client_key(desk.client, ["licence-2"])
    answers = [
        desk.request("GET", desk.path(f"calls/{name}/history"), key)
        for name in ("call-1", "absent")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


def test_a_reason_alone_changes_nothing(desk: Desk) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    answer = desk.does("PATCH", "calls/call-1", json={"reason": "misspelt"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert desk.does("GET", "calls/call-1/history").json == {"items": []}


def test_what_was_wrong_is_set_right_and_stays_known(desk: Desk, services: Services) -> None:
    desk.put_call(desk.client, "call-1", desk.call(caller_name="Durant", note="rappeler"))

    body = {"caller_name": "Durand", "note": "rappeler", "reason": "misspelt"}
    changed = desk.does("PATCH", "calls/call-1", json=body)

    assert changed.json["caller_name"] == "Durand"
    (entry,) = desk.does("GET", "calls/call-1/history").json["items"]
    assert entry["was"] == {"caller_name": "Durant"}
    assert entry["reason"] == "misspelt"
    stored = raw_documents(services.databases)
    for written in (b"Durant", b"Durand", b"misspelt"):
        assert written not in stored


def test_a_plain_change_leaves_nothing_of_what_was_there(desk: Desk) -> None:
    desk.put_call(desk.client, "call-1", desk.call(note="first"))
    desk.does("PATCH", "calls/call-1", json={"note": "second"})
    assert desk.does("GET", "calls/call-1/history").json == {"items": []}


def test_the_history_goes_with_the_call_and_is_restricted_with_it(desk: Desk) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    desk.does("PATCH", "calls/call-1", json={"note": "private"})
    desk.restrict("calls/call-1")
    assert is_restricted(desk.does("GET", "calls/call-1/history"))
    desk.does("DELETE", "calls/call-1")
    assert desk.does("GET", "calls/call-1/history").status_code == HTTPStatus.GONE


def test_the_newest_changes_are_kept(desk: Desk) -> None:
    sealed: dict[str, Any] = {"call": {"note": "0"}}
    for n in range(1, MOST_CHANGES + 3):
        sealed = noted(sealed, {"note": str(n)}, desk.clock.now(), "key", "misspelt")
    was = [entry["was"]["note"] for entry in sealed["history"]]
    assert was == [str(n) for n in range(2, MOST_CHANGES + 2)]
