"""What others do to a call while a person is erased from it is neither lost nor left out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.documents import call_from
from telecom_privacy.calls.index_repository import CallIndexRepository
from telecom_privacy.calls.party_repository import PartyRepository
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.keys.service import KeyService
from tests.persons.builders import AUDIO, CALLER, Desk


def erase(desk: Desk, **body: str) -> Any:
    answer = desk.does("POST", "persons/erasure", json={"number": CALLER, **body})
    assert answer.status_code == 200, answer.json
    told = answer.json
    assert told.pop("begun_at")
    return told


def read(desk: Desk, name: str) -> Any:
    return desk.does("GET", f"calls/{name}").json


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[type, str, Callable[[], object]], None]:
    """Lets something happen once, just before a method does its work."""

    def happen(owner: type, method: str, event: Callable[[], object]) -> None:
        original = getattr(owner, method)

        def after_the_event(*arguments: Any, **named: Any) -> Any:
            monkeypatch.setattr(owner, method, original)
            event()
            return original(*arguments, **named)

        monkeypatch.setattr(owner, method, after_the_event)

    return happen


def test_a_change_at_the_same_moment_is_not_lost(desk: Desk, meanwhile: Any) -> None:
    desk.record_call("call-1", note="first")
    change = {"json": {"note": "second"}}
    meanwhile(
        PartyRepository,
        "update_without_party",
        lambda: desk.does("PATCH", "calls/call-1", **change),
    )
    assert erase(desk, note="keep")["calls"] == 1
    left = read(desk, "call-1")
    assert (left["from"], left["note"]) == (None, "second")


def test_a_recording_that_is_acknowledged_at_the_same_moment_goes_too(
    desk: Desk, meanwhile: Any
) -> None:
    desk.record_call("call-1")
    stored: list[int] = []

    def upload() -> None:
        stored.append(desk.put_recording(desk.client, "call-1", AUDIO, "second").status_code)

    meanwhile(PartyRepository, "update_without_party", upload)
    assert erase(desk) == {
        "state": "done",
        "calls": 1,
        "recordings": 2,
        "records": 0,
        "own_number": 0,
    }
    assert stored == [201]
    assert read(desk, "call-1")["recordings"] == []


def test_an_upload_that_ends_after_the_erasure_leaves_nothing(
    desk: Desk, services: Services, meanwhile: Any
) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    meanwhile(CallRepository, "update_recordings", lambda: erase(desk))
    assert desk.put_recording(desk.client, "call-1", AUDIO).status_code == 410
    assert read(desk, "call-1")["recordings"] == []
    (found,) = services.databases.bulk["calls"].find({"client": _client_id(services, desk)})
    assert found["recordings"] == []


def test_a_deletion_at_the_same_moment_takes_the_whole_call(desk: Desk, meanwhile: Any) -> None:
    desk.record_call("call-1")
    meanwhile(PartyRepository, "update_without_party", lambda: desk.does("DELETE", "calls/call-1"))
    assert erase(desk)["calls"] == 0
    assert desk.does("GET", "calls/call-1").status_code == 410


def test_a_new_token_that_was_made_before_does_not_come_back(
    desk: Desk, services: Services
) -> None:
    desk.record_call("call-1")
    calls = services.databases.bulk["calls"]
    query = {"client": _client_id(services, desk)}
    stale = call_from(calls.find_one(query) or {})
    erase(desk)
    left = calls.find_one(query)
    CallIndexRepository(services.databases.bulk).update_numbers(
        stale.scope, [replace(stale, index=stale.index + 1)]
    )
    assert calls.find_one(query) == left


def test_what_is_erased_while_keys_are_replaced_is_left_to_be_found_once_more(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.record_call("call-1")
    numbers = iter(range(100))
    with monkeypatch.context() as patch:
        patch.setattr(KeyService, "rotation", lambda _: next(numbers))
        assert erase(desk)["state"] == "running"
    desk.clock.advance(minutes=2)
    services.recovery.run()
    assert list(services.databases.audit["person_erasures"].find()) == []
    assert desk.listed("calls?number=%2B33187654321") == {"call-1"}


def _client_id(services: Services, desk: Desk) -> UUID:
    return next(one.id for one in services.clients.all() if one.external_id == desk.client)
