"""Erasures whose process was killed at each of their steps, and the ledger that finishes them."""

import os
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.repository import LicenceRepository
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.storage.segments import SegmentStore
from tests.builders import Api, MovableClock, recording_path
from tests.erasure.kills import (
    assert_tidy,
    assert_younger_are_left,
    counts,
    killed_at,
    recover,
    stored,
)

CALL_STEPS = [
    pytest.param(AuditLog, "append", id="after ledger"),
    pytest.param(ErasureRepository, "decide", id="after log"),
    pytest.param(PageRepository, "erase_record_keys", id="before key"),
    pytest.param(CallRepository, "bury", id="after key"),
    pytest.param(ErasureRepository, "close", id="after data"),
]
RECORDING_STEPS = [
    *CALL_STEPS[:3],
    pytest.param(SegmentStore, "erase", id="after key"),
    pytest.param(CallRepository, "bury_recordings", id="after segments"),
    CALL_STEPS[4],
]


@pytest.mark.parametrize(("owner", "method"), CALL_STEPS)
def test_a_begun_deletion_of_a_call_is_finished(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
) -> None:
    path, before = f"/v1/clients/{client}/calls/{call}", counts(services)
    with killed_at(owner, method):
        api.as_client(client, "DELETE", path)
    assert api.as_client(client, "GET", path).status_code in (200, 410)  # never a fault
    recover(services, clock, minutes=11)
    assert api.as_client(client, "GET", path).status_code == 410
    assert counts(services) == before.plus(calls=-1, traffic=0)
    assert_tidy(services)


@pytest.mark.parametrize(("owner", "method"), RECORDING_STEPS)
def test_a_begun_deletion_of_a_recording_is_finished(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
) -> None:
    path = recording_path(client, call)
    assert api.put_recording(client, call, os.urandom(1000)).status_code == 201
    with killed_at(owner, method):
        api.as_client(client, "DELETE", path)
    assert api.as_client(client, "GET", path).status_code in (200, 410)
    recover(services, clock, minutes=11)
    assert api.as_client(client, "GET", path).status_code == 410
    assert api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call}").status_code == 200
    assert stored(services)["segments"] == []
    assert_tidy(services)


def test_an_erasure_that_may_still_be_working_is_left_to_itself(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    with killed_at(CallRepository, "bury"):
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/{call}")
    assert_younger_are_left(services, clock, seconds=59)
    recover(services, clock, seconds=2)
    assert_tidy(services)


def test_what_an_objection_began_to_erase_is_finished(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    assert api.put_recording(client, call, b"audio").status_code == 201
    with killed_at(SegmentStore, "erase"):
        _object(api, client, call)
    recover(services, clock, minutes=11)
    assert api.as_client(client, "GET", recording_path(client, call)).status_code == 410
    assert stored(services)["segments"] == []
    assert_tidy(services)


def test_an_objection_that_was_killed_never_leaves_a_recording_of_an_objected_call(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    assert api.put_recording(client, call, b"audio").status_code == 201
    with killed_at(ErasureRepository, "insert", call=2):
        _object(api, client, call)
    recover(services, clock, minutes=11)
    found = api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call}").get_json()
    assert found["recording_consent"] == "objected"
    assert api.as_client(client, "GET", recording_path(client, call)).status_code == 410
    assert_tidy(services)


def test_the_ledger_names_each_erased_record_once_and_is_logged_once(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    before, size = stored(services)["erasures"], services.audit.size()
    with killed_at(CallRepository, "bury"):
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/{call}")
    recover(services, clock, minutes=11)
    new = [one for one in stored(services)["erasures"] if one not in before]
    assert [len(one["items"]) for one in new] == [1]
    assert services.audit.size() == size + 1


def test_an_entry_of_the_ledger_is_bounded_and_all_are_intended_before_one_is_carried_out(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("telecom_privacy.erasure.service.MOST_ITEMS", 2)
    for name in ("one", "two", "three"):
        assert api.put_recording(client, call, name.encode(), name).status_code == 201
    before = stored(services)["erasures"]
    with killed_at(ErasureRepository, "decide"):
        _object(api, client, call)
    new = [one for one in stored(services)["erasures"] if one not in before]
    assert sorted(len(one["items"]) for one in new if one["category"] == "recording") == [1, 2]
    recover(services, clock, minutes=11)
    assert stored(services)["segments"] == []
    assert_tidy(services)


def _object(api: Api, client: str, call: str) -> Any:
    path = f"/v1/clients/{client}/calls/{call}"
    return api.as_client(client, "PATCH", path, json={"recording_consent": "objected"})


def test_a_licence_that_recovery_erases_is_dropped_from_all_caches(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    api.create_licence(client, licence := uuid4().hex)
    with killed_at(LicenceRepository, "erase_data"):
        api.as_client(client, "DELETE", f"/v1/clients/{client}/licences/{licence}")
    before = _epoch(services)
    recover(services, clock, minutes=2)
    assert _epoch(services) > before
    assert_tidy(services)


def _epoch(services: Services) -> int:
    found = services.databases.keystore["state"].find_one({"_id": "epoch"})
    assert found is not None
    return int(found["value"])


def test_who_erases_what_another_has_just_destroyed_names_the_same_keys_above(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    path, before = f"/v1/clients/{client}/calls/{call}", stored(services)["erasures"]
    with killed_at(CallRepository, "bury"):
        api.as_client(client, "DELETE", path)
    assert api.as_client(client, "DELETE", path).status_code == 204
    first, second = [one for one in stored(services)["erasures"] if one not in before]
    assert first["items"] == second["items"]
    assert first["above"] == second["above"] != []
    recover(services, clock, minutes=11)
