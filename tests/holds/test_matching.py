"""What a hold matches: client, licence, number and period, all of them at once."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.model import Reach
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import NO_ID, Role, Scope
from tests.builders import Api, MovableClock
from tests.holds.builders import kept, opened, place, read, release

CLIENT, OTHER, LICENCE = UUID(int=1), UUID(int=2), UUID(int=3)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CALLER, CALLEE = "+33612345678", "+33187654321"


def _original(**changes: Any) -> Original:
    given: Mapping[str, Any] = {
        "item": ErasedItem(uuid4(), KeyReference(uuid4(), "0"), uuid4()),
        "scope": Scope(CLIENT, LICENCE, Role.PROCESSOR),
        "category": "call",
        "month": "2026-06",
        "started_at": NOON,
        "ended_at": NOON + HOUR,
        "document": {},
    }
    return Original(**{**given, **changes})


@pytest.mark.parametrize(
    ("reach", "covers"),
    [
        (Reach(), True),
        (Reach(client_id=CLIENT), True),
        (Reach(client_id=OTHER), False),
        (Reach(client_id=CLIENT, licence_id=LICENCE), True),
        (Reach(client_id=CLIENT, licence_id=NO_ID), False),
        (Reach(start=NOON + HOUR), True),
        (Reach(start=NOON + HOUR + timedelta(milliseconds=1)), False),
        (Reach(end=NOON), True),
        (Reach(end=NOON - timedelta(milliseconds=1)), False),
        (Reach(start=NOON + HOUR / 3, end=NOON + HOUR / 2), True),
        (Reach(client_id=OTHER, start=NOON, end=NOON + HOUR), False),
    ],
)
def test_a_record_is_covered_where_all_of_it_fits(reach: Reach, covers: bool) -> None:
    assert reach.covers(_original()) is covers


def test_what_was_created_and_not_ended_is_of_all_times_since() -> None:
    licence = _original(ended_at=None)
    assert Reach(start=NOON + 1000 * HOUR).covers(licence)
    assert not Reach(end=NOON - HOUR).covers(licence)


@pytest.mark.parametrize("number", [CALLER, CALLEE, "06 12 34 56 78"])
def test_a_number_is_found_as_either_party_of_any_client(
    api: Api, client: str, services: Services, number: str
) -> None:
    other = api.create_client(f"other-{uuid4().hex[:8]}")
    hold = place(api, number=number)
    for one in (client, other):
        api.put_call(one, "theirs", api.call(note=f"{one} theirs"))
        api.put_call(one, "another's", api.call(**{"from": "+33611111111", "to": "+33622222222"}))
        _delete(api, one, "theirs", "another's")
    notes = [one["call"]["note"] for one in opened(services, hold, "call")]
    assert sorted(notes) == sorted([f"{client} theirs", f"{other} theirs"])


def test_a_number_of_one_client_is_looked_for_there_only(
    api: Api, client: str, services: Services
) -> None:
    other = api.create_client(f"other-{uuid4().hex[:8]}")
    hold = place(api, client_id=client, number=CALLER)
    for one in (client, other):
        api.put_call(one, "call", api.call(note=one))
        _delete(api, one, "call")
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == [client]


def test_the_operators_copies_are_held_across_clients(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    other = api.create_client(f"other-{uuid4().hex[:8]}")
    hold = place(api, number=CALLER)
    for one in (client, other):
        api.put_call(one, "call", api.call())
        api.put_call(one, "call-2", api.call(**{"from": None, "to": "+33622222222"}))
    clock.advance(days=400)
    services.sweeps.run("test")
    assert {one.category for one in kept(services, hold)} == {"traffic"}
    assert read(api, hold)["withheld"] == 2


def test_a_licence_is_held_with_its_calls_and_nobody_elses(
    api: Api, client: str, services: Services
) -> None:
    api.create_licence(client, "licence-2")
    hold = place(api, client_id=client, licence_id="licence-2")
    for licence in ("licence-1", "licence-2"):
        api.put_call(client, licence, api.call(licence_id=licence, note=licence))
        _delete(api, client, licence)
        path = f"/v1/clients/{client}/licences/{licence}"
        assert api.as_client(client, "DELETE", path).status_code == 204
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["licence-2"]
    assert [one["id"] for one in opened(services, hold, "licence")] == ["licence-2"]


def test_a_hold_that_cannot_be_opened_keeps_all_that_its_clear_part_covers(
    api: Api, client: str, services: Services
) -> None:
    hold = place(api, client_id=client, number="+33699999999")
    query = {"_id": UUID(hold)}
    services.databases.audit["holds"].update_one(query, {"$set": {"payload": b"damaged" * 10}})
    other = api.create_client(f"other-{uuid4().hex[:8]}")
    for one in (client, other):
        api.put_call(one, "call", api.call(note=one))
        _delete(api, one, "call")
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == [client]
    assert read(api, hold)["withheld"] == 1
    release(api, hold)
    assert services.databases.bulk["withheld"].count_documents({}) == 0


def _delete(api: Api, client: str, *calls: str) -> None:
    for call in calls:
        path = f"/v1/clients/{client}/calls/{call}"
        assert api.as_client(client, "DELETE", path).status_code == 204
