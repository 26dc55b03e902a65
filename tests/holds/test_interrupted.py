"""Placing, erasing and releasing whose process was killed at each of their steps."""

from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import StorageFault
from telecom_privacy.holds.repository import HoldRepository
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.service import KeyService
from telecom_privacy.storage.segments import SegmentStore
from tests.builders import Api, MovableClock, recording_path, tone
from tests.erasure.kills import killed_at, recover, stored
from tests.holds.builders import audio, hold_body, kept, opened, place, read, release
from tests.retention.builders import key_slots

AUDIO = tone(0.1)

ERASING = [
    pytest.param(AuditLog, "append", id="after ledger"),
    pytest.param(ErasureRepository, "decide", id="after log"),
    pytest.param(WithheldRepository, "keep", id="after decision"),
    pytest.param(PageRepository, "erase_record_keys", id="after moving"),
    pytest.param(CallRepository, "bury_recordings", id="before data"),
    pytest.param(ErasureRepository, "close", id="after data"),
]
PLACING = [
    pytest.param(PageRepository, "insert_pages", id="after log"),
    pytest.param(HoldRepository, "insert", id="after keys"),
    pytest.param(PageRepository, "settle_pages", id="after storing"),
    pytest.param(Eraser, "finish_open", id="after settling"),
    pytest.param(WithheldRepository, "fetch_of", id="after finishing"),
]
RELEASING = [
    pytest.param(HoldRepository, "release", 1, id="before it counts"),
    pytest.param(WithheldRepository, "fetch_kept_by", 1, id="after it counts"),
    pytest.param(ErasureRepository, "insert", 1, id="before ledger"),
    pytest.param(AuditLog, "append", 2, id="after ledger"),
    pytest.param(ErasureRepository, "decide", 1, id="after log"),
    pytest.param(PageRepository, "erase_record_keys", 1, id="after decision"),
    pytest.param(SegmentStore, "erase", 1, id="after keys"),
    pytest.param(WithheldRepository, "delete_many", 1, id="after content"),
    pytest.param(ErasureRepository, "close", 1, id="after data"),
    pytest.param(WithheldRepository, "let_go", 1, id="after erasing"),
    pytest.param(HoldRepository, "update_emptied", 1, id="after letting go"),
]


@pytest.fixture
def call(api: Api, client: str) -> str:
    call = uuid4().hex
    api.client_key(client)  # making it is no step of what is killed
    assert api.put_call(client, call, api.call(note="a note")).status_code == 201
    assert api.put_recording(client, call, AUDIO).status_code == 201
    return call


def _path(client: str, call: str) -> str:
    return f"/v1/clients/{client}/calls/{call}"


@pytest.mark.parametrize(("owner", "method"), ERASING)
def test_an_erasure_under_a_hold_is_finished_and_keeps_what_is_held(
    api: Api,
    client: str,
    call: str,
    services: Services,
    clock: MovableClock,
    owner: type,
    method: str,
) -> None:
    hold = place(api, client_id=client)
    with killed_at(owner, method):
        api.as_client(client, "DELETE", _path(client, call))
    assert api.as_client(client, "GET", recording_path(client, call)).status_code in (200, 410)
    recover(services, clock, minutes=11)
    assert api.as_client(client, "GET", _path(client, call)).status_code == 410
    assert api.as_client(client, "GET", recording_path(client, call)).status_code == 410
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["a note"]
    assert audio(services, hold) == [AUDIO]
    _assert_finished(services)


@pytest.mark.parametrize(("owner", "method"), PLACING)
def test_a_hold_whose_placing_was_killed_holds_all_or_nothing(
    api: Api,
    client: str,
    call: str,
    services: Services,
    clock: MovableClock,
    owner: type,
    method: str,
) -> None:
    with killed_at(owner, method):
        api.as_("legal", "POST", "/v1/holds", json=hold_body(client_id=client))
    recover(services, clock, minutes=11)
    holds = api.as_("legal", "GET", "/v1/holds").json["items"]
    assert len(holds) == (0 if method in ("insert_pages", "insert") else 1)
    api.as_client(client, "DELETE", _path(client, call))
    assert api.as_client(client, "GET", _path(client, call)).status_code == 410
    for hold in holds:
        assert audio(services, hold["id"]) == [AUDIO]
        release(api, hold["id"])
    assert stored(services)["withheld"] == []
    _assert_finished(services)


@pytest.mark.parametrize(("owner", "method", "time"), RELEASING)
def test_a_release_that_was_killed_is_finished(
    api: Api,
    client: str,
    call: str,
    services: Services,
    clock: MovableClock,
    owner: type,
    method: str,
    time: int,
) -> None:
    hold = place(api, client_id=client)
    api.as_client(client, "DELETE", _path(client, call))
    keys = {(one.item.key.page, one.item.key.slot) for one in kept(services, hold)}
    path = f"/v1/holds/{hold}/release"
    assert api.as_("legal", "POST", path).status_code == 202
    with killed_at(owner, method, time):
        api.as_("dpo", "POST", path)
    if read(api, hold)["state"] == "release_asked":
        assert audio(services, hold) == [AUDIO]
        assert api.as_("dpo", "POST", path).status_code == 200
    recover(services, clock, minutes=11)
    services.holds.run()
    assert read(api, hold)["withheld"] == 0
    assert not keys & key_slots(services)
    assert stored(services)["withheld"] == stored(services)["segments"] == []
    assert services.databases.audit["holds"].find_one({"emptying": True}) is None
    _assert_finished(services)


def test_what_comes_to_a_hold_after_its_release_goes_as_all_that_it_kept(
    api: Api, client: str, call: str, services: Services, clock: MovableClock
) -> None:
    hold = place(api, client_id=client)
    with killed_at(WithheldRepository, "keep"):
        api.as_client(client, "DELETE", _path(client, call))
    release(api, hold)
    services.holds.run()
    assert services.databases.audit["holds"].find_one({"emptying": True})
    recover(services, clock, minutes=11)
    services.holds.run()
    assert services.databases.audit["holds"].find_one({"emptying": True}) is None
    assert stored(services)["withheld"] == []
    _assert_finished(services)


def test_an_erasure_that_had_not_decided_obeys_the_hold_that_is_placed(
    api: Api, client: str, call: str, services: Services
) -> None:
    with killed_at(AuditLog, "append"):
        api.as_client(client, "DELETE", recording_path(client, call))
    hold = place(api, client_id=client)
    assert audio(services, hold) == [AUDIO]
    assert api.as_client(client, "GET", recording_path(client, call)).status_code == 410
    _assert_finished(services)


def test_an_erasure_that_had_decided_is_over_before_the_hold_is_acknowledged(
    api: Api, client: str, call: str, services: Services, clock: MovableClock
) -> None:
    with killed_at(PageRepository, "erase_record_keys"):
        api.as_client(client, "DELETE", recording_path(client, call))
    hold = place(api, client_id=client)
    before = key_slots(services)
    assert kept(services, hold) == []
    recover(services, clock, minutes=11)
    assert key_slots(services) == before
    _assert_finished(services)


def test_no_hold_is_acknowledged_while_an_erasure_may_still_destroy_what_it_matches(
    api: Api, client: str, call: str, services: Services, clock: MovableClock
) -> None:
    with killed_at(KeyService, "destroy"):
        api.as_client(client, "DELETE", _path(client, call))

    def refused(*_: Any) -> None:
        raise StorageFault("refused")

    body = hold_body(client_id=client)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeyService, "destroy", refused)
        assert api.as_("legal", "POST", "/v1/holds", json=body).status_code == 503
    hold = place(api, client_id=client)
    before = key_slots(services)
    recover(services, clock, minutes=11)
    assert key_slots(services) == before
    assert audio(services, hold) == []
    _assert_finished(services)


def test_a_version_that_is_replaced_while_a_hold_is_placed_is_kept(
    api: Api, client: str, call: str, services: Services, clock: MovableClock
) -> None:
    body = {"note": "a new note"}
    with killed_at(CallRepository, "update_content"):
        api.as_client(client, "PATCH", _path(client, call), json=body)
    hold = place(api, client_id=client)
    assert api.as_client(client, "PATCH", _path(client, call), json=body).status_code == 200
    recover(services, clock, minutes=11)
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["a note"]
    assert stored(services)["replaced"] == []


def test_a_version_whose_replacing_was_killed_is_kept_by_a_hold_that_came_after(
    api: Api, client: str, call: str, services: Services, clock: MovableClock
) -> None:
    with killed_at(ErasureRepository, "insert"):
        api.as_client(client, "PATCH", _path(client, call), json={"note": "a new note"})
    hold = place(api, client_id=client)
    recover(services, clock, minutes=11)
    assert api.as_client(client, "GET", _path(client, call)).json["note"] == "a new note"
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["a note"]
    assert stored(services)["replaced"] == []


def _assert_finished(services: Services) -> None:
    found = stored(services)
    assert not any("open_since" in erasure for erasure in found["erasures"])
    assert not any("pending_since" in page for page in found["record_keys"])
    assert found["replaced"] == []
