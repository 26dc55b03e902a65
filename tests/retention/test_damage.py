"""One damaged client, erasure or intent is an alarm, and keeps no other from its term."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.erasers import RecordingEraser
from telecom_privacy.errors import TelecomPrivacyError, Unavailable
from telecom_privacy.policies.model import Category
from telecom_privacy.retention.model import SweepState
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    Killed,
    client_id,
    local,
    new_client,
    put_recorded_call,
    recording_status,
    sweep,
)


@pytest.fixture
def damaged(services: Services, api: Api) -> Iterator[UUID]:
    """A client whose key is gone although nobody erased it."""
    client = new_client(api)
    owner = client_id(services, client)
    document = services.databases.audit["clients"].find_one({"_id": owner})
    assert document is not None
    pages = services.databases.keystore["record_keys"]
    page = pages.find_one({"_id": document["key"]["page"]})
    assert page is not None
    pages.delete_one({"_id": page["_id"]})
    services.epoch.advance()
    yield owner
    pages.insert_one(page)


def alarms(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    found = [one for one in caplog.records if one.getMessage() == message]
    assert all(one.levelno == logging.CRITICAL for one in found)
    return [one.__dict__["fields"] for one in found]


def test_a_damaged_client_is_an_alarm_and_all_others_are_swept(
    api: Api,
    services: Services,
    clock: MovableClock,
    damaged: UUID,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clients = [new_client(api) for _ in range(2)]
    for client in clients:
        put_recorded_call(api, client, "call-1")
    clock.advance(days=91)
    found = sweep(services, clock)

    assert found.erased[Category.RECORDING] == 2
    assert (found.state, found.failed_clients) == (SweepState.FAILED, 1)
    assert (found.clients, found.clients_done, len(found.certificates)) == (4, 4, 2)
    assert alarms(caplog, "a client cannot be swept") == [
        {"client": str(damaged), "error": "IntegrityError"}
    ]
    shown = api.as_("dpo", "GET", f"/v1/retention/sweeps/{found.id}").json
    assert (shown["state"], shown["progress"]["failed_clients"]) == ("failed", 1)


def test_a_client_whose_policy_has_no_file_stops_no_other(
    api: Api, services: Services, clock: MovableClock
) -> None:
    bound = client_id(services, new_client(api))
    put_recorded_call(api, (client := new_client(api)), "call-1")
    change = {"$set": {"history.policies.0.policy": "withdrawn"}}
    services.databases.audit["clients"].update_one({"_id": bound}, change)
    services.epoch.advance()
    clock.advance(days=91)
    found = sweep(services, clock)

    assert (found.state, found.failed_clients) == (SweepState.FAILED, 1)
    assert found.erased[Category.RECORDING] == 1
    assert recording_status(api, client, "call-1") == 410


def test_the_operators_index_key_stays_while_a_client_cannot_be_judged(
    api: Api, services: Services, clock: MovableClock, damaged: UUID
) -> None:
    clock.set(local("2027-05-20 09:00"))
    put_recorded_call(api, new_client(api), "call-1")
    clock.set(local("2028-06-08 09:00"))
    sweep(services, clock)
    keys = services.databases.keystore["keys"].find({"kind": "index-key", "client": UUID(int=0)})
    assert "2027-05" in {key["month"] for key in keys}


def test_a_database_that_is_away_ends_the_sweep(
    api: Api, services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        put_recorded_call(api, new_client(api), "call-1")
    clock.advance(days=91)
    with monkeypatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(RecordingEraser, "erase_data", _raising(Unavailable("away")))
        services.sweeps.run("test")
    clock.advance(minutes=2)
    assert sweep(services, clock).state is SweepState.DONE


@pytest.mark.parametrize("error", [KeyError("recording"), TelecomPrivacyError("damaged")])
def test_an_erasure_that_cannot_be_finished_keeps_no_other_waiting(
    api: Api,
    services: Services,
    clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    clients = [new_client(api) for _ in range(2)]
    for client in clients:
        put_recorded_call(api, client, "call-1")
        path = f"/v1/clients/{client}/calls/call-1/recording"
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(RecordingEraser, "erase_data", _raising(Killed()))
            api.as_client(client, "DELETE", path)
    clock.advance(minutes=2)
    stuck = client_id(services, clients[0])
    finish = RecordingEraser.erase_data

    def erase_data(self: RecordingEraser, erasure: Any) -> None:
        if erasure.client_id == stuck:
            raise error
        finish(self, erasure)

    with monkeypatch.context() as patch:
        patch.setattr(RecordingEraser, "erase_data", erase_data)
        services.recovery.run()

    erasures = services.databases.audit["erasures"]
    left = list(erasures.find({"open_since": {"$exists": True}}))
    assert [one["client"] for one in left] == [stuck]
    assert alarms(caplog, "an erasure cannot be finished") == [
        {"erasure": str(left[0]["_id"]), "error": type(error).__name__}
    ]
    services.recovery.run()
    assert erasures.count_documents({"open_since": {"$exists": True}}) == 0


def test_an_intent_that_cannot_be_settled_keeps_no_other_waiting(
    services: Services, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    pages = services.databases.keystore["record_keys"]
    since = clock.now() - timedelta(days=2)
    good = {"kind": "document", "collection": "clients", "document": UUID(int=1)}
    for number, intent in enumerate([{"kind": "unknown"}, {"kind": "calls"}, good]):
        page = {"_id": UUID(int=number + 1), "keys": {}, "intent": intent, "pending_since": since}
        pages.insert_one(page)
    try:
        assert services.recovery.run() == 1
        assert pages.find_one({"_id": UUID(int=3)}) is None
        assert alarms(caplog, "an intent cannot be settled") == [
            {"page": str(UUID(int=1)), "error": "KeyError"},
            {"page": str(UUID(int=2)), "error": "KeyError"},
        ]
    finally:
        pages.delete_many({"_id": {"$in": [UUID(int=1), UUID(int=2), UUID(int=3)]}})


def test_what_a_sweep_in_the_background_dies_of_is_told_without_its_message(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    clock: MovableClock,
) -> None:
    told: list[object] = []
    monkeypatch.setattr("threading.excepthook", told.append)
    monkeypatch.setattr(type(services.clients), "ids", _raising(ValueError("personal")))
    sweep_id = services.sweeps.start("test")
    for thread in threading.enumerate():
        if thread.name == "sweep":
            thread.join(20)
    assert told == []
    assert services.sweeps.read(sweep_id).state is SweepState.FAILED
    assert "sweep failed" in [one.getMessage() for one in caplog.records]


def _raising(error: BaseException) -> Any:
    def fail(*_: object) -> None:
        raise error

    return fail
