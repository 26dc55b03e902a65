"""That a person is erased is said once nothing of it is left, whatever became of who began it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.errors import Unavailable
from telecom_privacy.keys.page_repository import PageRepository
from tests.erasure.kills import killed_at
from tests.holds.builders import opened, place
from tests.persons.builders import CALLER, Desk
from tests.retention.builders import client_id, key_slots
from tests.reversibility.conftest import Portal

BETWEEN_THE_VERSIONS = [
    pytest.param(ErasureRepository, "insert", id="before the ledger"),
    pytest.param(PageRepository, "erase_record_keys", id="before the old key goes"),
]


def erase(desk: Desk) -> Any:
    return desk.does("POST", "persons/erasure", json={"number": CALLER})


def key_of(services: Services, desk: Desk) -> tuple[UUID, str]:
    query = {"client": client_id(services, desk.client)}
    key = services.databases.bulk["calls"].find_one(query, {"key": 1})["key"]
    return key["page"], key["slot"]


def state_when_done(desk: Desk, services: Services) -> str:
    """What a repetition says once recovery had the time to finish."""
    desk.clock.advance(minutes=2)
    services.recovery.run()
    return str(erase(desk).json["state"])


@pytest.mark.parametrize(("owner", "method"), BETWEEN_THE_VERSIONS)
def test_it_is_not_done_while_the_old_version_stands(
    desk: Desk, services: Services, owner: type, method: str
) -> None:
    desk.put_call(desk.client, "call-1", desk.call(note="rappeler Camille"))
    package, old = Portal(desk, desk.client).made(kind="history"), key_of(services, desk)
    with killed_at(owner, method):
        erase(desk)
    state = erase(desk).json["state"]
    is_there = old in key_slots(services)
    assert (state == "running") == is_there
    assert is_there == (Portal(desk, desk.client).status(package) == HTTPStatus.OK)

    assert state_when_done(desk, services) == "done"

    assert old not in key_slots(services)
    assert Portal(desk, desk.client).status(package) == HTTPStatus.GONE
    assert services.databases.bulk["replaced"].count_documents({}) == 0


def test_it_is_finished_by_a_repetition_alone(desk: Desk, services: Services) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    old = key_of(services, desk)
    with killed_at(ErasureRepository, "insert"):
        erase(desk)
    desk.clock.advance(minutes=2)
    assert erase(desk).json["state"] == "done"
    assert old not in key_slots(services)


def test_the_intent_stays_until_the_old_version_is_gone(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    down: Callable[..., None] = _away
    with monkeypatch.context() as patch:
        patch.setattr(ErasureRepository, "insert", down)
        assert erase(desk).status_code == HTTPStatus.SERVICE_UNAVAILABLE
    old = key_of(services, desk)
    assert erase(desk).json["state"] == "running"
    assert services.databases.audit["person_erasures"].count_documents({}) > 0
    assert state_when_done(desk, services) == "done"
    assert old == key_of(services, desk)
    assert services.databases.bulk["replaced"].count_documents({}) == 0


def test_what_is_done_no_later_hold_brings_back(desk: Desk, services: Services) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    with killed_at(ErasureRepository, "insert"):
        erase(desk)
    erase(desk)
    assert state_when_done(desk, services) == "done"
    hold = place(desk, client_id=desk.client, number=CALLER)
    desk.clock.advance(minutes=12)
    services.recovery.run()
    assert opened(services, hold, "call") == []


def test_it_is_not_done_while_a_record_is_only_closed(desk: Desk, services: Services) -> None:
    desk.note("mine", CALLER)
    with killed_at(ErasureRepository, "insert"):
        erase(desk)
    records = services.databases.bulk["records"]
    closed = {"client": client_id(services, desk.client), "closed": {"$exists": True}}
    assert records.count_documents(closed) == 1
    assert erase(desk).json["state"] == "running"
    assert state_when_done(desk, services) == "done"
    assert records.count_documents(closed) == 0


def test_it_is_not_done_while_a_call_is_only_closed(desk: Desk, services: Services) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    with killed_at(ErasureRepository, "insert"):
        desk.does("DELETE", "calls/call-1")
    old = key_of(services, desk)
    assert erase(desk).json["state"] == "running"
    desk.clock.advance(minutes=2)
    assert erase(desk).json["state"] == "done"
    assert old not in key_slots(services)


def test_what_others_are_told_is_no_hold_upon_another_client(
    desk: Desk, services: Services
) -> None:
    desk.put_call(desk.client, "call-1", desk.call())
    with killed_at(ErasureRepository, "insert"):
        erase(desk)
    desk.client = desk.create_client(f"{desk.client}-other")
    assert erase(desk).json["state"] == "done"
    desk.clock.advance(minutes=12)
    services.recovery.run()


def _away(*_: Any) -> None:
    raise Unavailable("the database is away")
