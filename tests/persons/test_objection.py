"""A person objects to being recorded, for what comes (RULES CON-1, CON-4; GDPR article 21)."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.objections.repository import ObjectionRepository
from telecom_privacy.objections.upkeep import ObjectionUpkeep
from tests.builders import raw_documents
from tests.persons.builders import AUDIO, CALLER, OTHER, Desk

NOW = timedelta()


def objects(desk: Desk, end: str = "objection", number: str = CALLER) -> None:
    answer = desk.does("POST", f"persons/{end}", json={"number": number})
    assert answer.status_code == HTTPStatus.NO_CONTENT


def ends_call(desk: Desk, name: str, ended_ago: timedelta = NOW, **changes: Any) -> str:
    """Hand in a call and its recording; return what became of that."""
    body = desk.call(ended_ago, recording_consent="given", **changes)
    assert desk.put_call(desk.client, name, body).status_code == 201
    answer = desk.put_recording(desk.client, name, AUDIO)
    return "stored" if answer.status_code == 201 else str(answer.json["type"]).rpartition(":")[2]


def policy(desk: Desk, **query: str) -> Any:
    path = desk.path("recording-policy")
    return desk.as_("platform", "GET", path, query_string=query).json


def test_a_key_that_is_limited_to_some_licences_may_not_object(desk: Desk) -> None:
    key = desk.client_key(desk.client, ["licence-1"])
    for end in ("objection", "objection/withdraw"):
        body = {"number": CALLER}
        answer = desk.request("POST", desk.path(f"persons/{end}"), key, json=body)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert answer.json["type"].endswith(":licence-limited")
    assert policy(desk, number=CALLER)["record"]


def test_what_is_no_number_is_refused(desk: Desk) -> None:
    for body in ({}, {"number": "abc"}, {"subject": CALLER}):
        answer = desk.does("POST", "persons/objection", json=body)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_calls_that_begin_after_the_objection_are_not_recorded(desk: Desk) -> None:
    objects(desk, number="06 12 34 56 78")
    desk.clock.advance(minutes=2)
    assert ends_call(desk, "in") == "recording-objected"
    outgoing = {"from": "+33187654321", "to": CALLER}
    assert ends_call(desk, "out", direction="out", **outgoing) == "recording-objected"
    assert ends_call(desk, "other", **{"from": OTHER}) == "stored"


def test_a_call_that_began_before_it_is_recorded_as_was_agreed(desk: Desk) -> None:
    objects(desk)
    assert ends_call(desk, "before", timedelta(minutes=5)) == "stored"


def test_the_platform_is_told_when_it_names_the_number(desk: Desk) -> None:
    objects(desk)
    told = policy(desk, number=CALLER, licence_id="licence-1")
    assert told == {"record": False, "announce": False, "reason": "recording-objected"}
    assert policy(desk, number=OTHER)["record"]
    assert policy(desk)["record"]


def test_a_withdrawn_objection_frees_what_comes_and_nothing_in_between(desk: Desk) -> None:
    objects(desk)
    objects(desk)
    desk.clock.advance(minutes=2)
    between = desk.call(NOW)
    assert desk.put_call(desk.client, "between", between).status_code == 201
    desk.clock.advance(minutes=1)
    for _ in range(2):
        objects(desk, "objection/withdraw")
    desk.clock.advance(minutes=2)
    assert policy(desk, number=CALLER)["record"]
    assert ends_call(desk, "after") == "stored"
    assert desk.put_recording(desk.client, "between", AUDIO).status_code == HTTPStatus.FORBIDDEN


def test_the_objection_to_one_client_is_none_to_another(desk: Desk) -> None:
    objects(desk)
    desk.client = desk.create_client(f"{desk.client}-other")
    assert policy(desk, number=CALLER)["record"]


def test_a_withdrawn_objection_is_forgotten_when_no_recording_can_come_any_more(
    desk: Desk, services: Services
) -> None:
    marks = services.databases.audit["objections"]
    client_id = services.clients.reach(Access("test", ApiRole.ADMIN), desk.client).id
    upkeep = ObjectionUpkeep(
        ObjectionRepository(services.databases.audit), services.clients, desk.clock
    )
    now = desk.clock.now()
    objects(desk)
    objects(desk, number=OTHER)
    desk.clock.advance(minutes=1)
    objects(desk, "objection/withdraw")
    for days, left in ((89, 2), (10, 1)):  # recordings of calls of 7 days are kept for 90
        desk.clock.advance(days=days)
        upkeep.run(lambda: None)
        assert marks.count_documents({"client": client_id}) == left
    desk.clock.set(now)


def test_nothing_stored_names_the_number(desk: Desk, services: Services) -> None:
    objects(desk)
    assert b"612345678" not in raw_documents(services.databases)
