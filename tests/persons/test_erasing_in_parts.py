"""What is too much for one request is done in parts, by whoever asks again and by recovery."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.clock import to_text
from telecom_privacy.persons import erasing
from tests.holds.builders import place
from tests.persons.builders import CALLER, OTHER, Desk

OWN = "+33187654321"
NAMES = ("call-1", "call-2", "call-3")


@pytest.fixture(autouse=True)
def _two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "_MOST_AT_ONCE", 2)


@pytest.fixture(autouse=True)
def _calls(desk: Desk) -> None:
    for name in NAMES:
        assert desk.put_call(desk.client, name, desk.call()).status_code == 201


def erase(desk: Desk, **body: Any) -> Any:
    answer = desk.does("POST", "persons/erasure", json=body or {"number": CALLER})
    assert answer.status_code == 200, answer.json
    return answer.json


def intents(services: Services) -> int:
    return int(services.databases.audit["person_erasures"].count_documents({}))


def test_whoever_asks_again_goes_on_until_it_is_done(desk: Desk, services: Services) -> None:
    told = [erase(desk) for _ in range(2)]
    assert [(one["state"], one["calls"]) for one in told] == [("running", 2), ("done", 1)]
    assert {one["begun_at"] for one in told} == {to_text(desk.clock.now())}
    assert intents(services) == 0


def test_calls_where_the_number_is_the_clients_side_are_looked_at_once(
    desk: Desk, services: Services
) -> None:
    told = [erase(desk, number=OWN) for _ in range(2)]
    assert [(one["state"], one["own_number"]) for one in told] == [("running", 2), ("done", 1)]
    assert intents(services) == 0


def test_asking_again_and_again_leaves_one_intent(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "_MOST_AT_ONCE", 1)
    begun = [erase(desk, number=OWN)["begun_at"]]
    desk.clock.advance(seconds=1)
    begun += [erase(desk, number=OWN)["begun_at"] for _ in range(2)]
    assert len(set(begun)) == 1
    assert intents(services) == 1
    assert erase(desk, number=OWN)["state"] == "done"


@pytest.mark.parametrize("other", [{"number": OTHER}, {"number": CALLER, "note": "keep"}])
def test_who_asks_for_something_else_has_an_intent_of_its_own(
    desk: Desk, services: Services, other: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "_MOST_AT_ONCE", 0)
    for body in ({"number": CALLER}, other):
        assert erase(desk, **body)["state"] == "running"
    assert intents(services) == 2
    desk.clock.advance(minutes=2)
    services.recovery.run()
    assert intents(services) == 0


def test_recovery_goes_on_where_it_was_left_and_leaves_time_for_its_other_work(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert erase(desk, number=OWN)["own_number"] == 2
    monkeypatch.setattr(erasing, "_MOST_BY_RECOVERY", 1)
    opened: list[int] = []
    original = CallOpener.open_many

    def counted(opener: CallOpener, client: Any, calls: Any) -> Any:
        opened.append(len(calls))
        return original(opener, client, calls)

    monkeypatch.setattr(CallOpener, "open_many", counted)
    desk.clock.advance(minutes=2)
    services.recovery.run()
    assert intents(services) == 1
    services.recovery.run()
    assert intents(services) == 1  # it was left just now
    desk.clock.advance(minutes=2)
    services.recovery.run()
    assert intents(services) == 0
    assert sum(opened) == 1


def test_a_hold_changes_no_part(desk: Desk) -> None:
    told, first = [], desk.client
    for held in (False, True):
        desk.client = desk.create_client(f"{first}-{held}")
        for name in NAMES:
            desk.record_call(name)
        if held:
            place(desk, client_id=desk.client)
        told.append([erase(desk) for _ in range(3)])
    assert told[0] == told[1]
    assert [one["state"] for one in told[0]] == ["running", "done", "done"]


def test_records_go_on_after_the_calls(desk: Desk, services: Services) -> None:
    for name in ("note-1", "note-2"):
        desk.note(name, CALLER)
    told = [erase(desk) for _ in range(3)]
    assert [(one["calls"], one["records"]) for one in told] == [(2, 0), (1, 1), (0, 1)]
    assert told[-1]["state"] == "done"
    assert intents(services) == 0
