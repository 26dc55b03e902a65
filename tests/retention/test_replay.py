"""After a restore of the bulk data, and then also of the keystore, nothing erased comes back."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import IntegrityError
from telecom_privacy.keys.model import client_node
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock, recording_path
from tests.retention.builders import (
    AUDIO,
    call_status,
    client_id,
    new_client,
    put_recorded_call,
    sweep,
)

Backup = dict[str, list[dict[str, Any]]]
GONE = ("deleted", "anonymised")


@pytest.fixture
def left(api: Api) -> str:
    """A client whose processor world will be destroyed as a whole."""
    client = new_client(api)
    api.client_key(client)  # before the backup, which would take it back
    put_recorded_call(api, client, "call")
    return client


@pytest.fixture
def stored(api: Api, client: str) -> str:
    api.client_key(client)
    api.create_licence(client, "licence-2")
    put_recorded_call(api, client, "due", ended_ago=timedelta(days=85))
    for call in ("deleted", "objected", "patched", "kept"):
        put_recorded_call(api, client, call, note=f"first note of {call}")
    put_recorded_call(api, client, "anonymised", licence_id="licence-2")
    return client


def backup(database: Database[dict[str, Any]]) -> Backup:
    return {name: list(database[name].find()) for name in database.list_collection_names()}


def restore(services: Services, database: Database[dict[str, Any]], copy: Backup) -> None:
    for name in {*database.list_collection_names(), *copy}:
        database[name].delete_many({})
        if copy.get(name):
            database[name].insert_many(copy[name])
    services.epoch.advance()


def erase_all(api: Api, services: Services, clock: MovableClock, stored: str, left: str) -> None:
    calls = f"/v1/clients/{stored}/calls"
    assert api.as_client(stored, "DELETE", f"{calls}/deleted").status_code == 204
    objection, change = {"recording_consent": "objected"}, {"note": "another note"}
    assert api.as_client(stored, "PATCH", f"{calls}/objected", json=objection).status_code == 200
    assert api.as_client(stored, "PATCH", f"{calls}/patched", json=change).status_code == 200
    licence = f"/v1/clients/{stored}/licences/licence-2"
    assert api.as_client(stored, "POST", f"{licence}/anonymise").status_code in (200, 202)
    clock.advance(days=6)
    sweep(services, clock)
    owner = client_id(services, left)
    whole = [client_node(owner, Role.PROCESSOR)]
    services.recovery._eraser.erase_nodes(owner, Role.PROCESSOR, "hosted", "RET-3", whole, "test")


def assert_all_is_gone(api: Api, stored: str, left: str) -> None:
    assert {call_status(api, stored, call) for call in GONE} <= {404, 410}
    assert call_status(api, left, "call") == 410
    for call in (*GONE, "objected", "due"):
        assert api.as_client(stored, "GET", recording_path(stored, call)).status_code in (404, 410)
    assert api.as_client(left, "GET", recording_path(left, "call")).status_code == 410
    listed = api.as_client(stored, "GET", f"/v1/clients/{stored}/calls").get_data(as_text=True)
    assert not [word for word in ("deleted", "anonymised", "note of patched") if word in listed]


def assert_the_rest_reads(api: Api, stored: str) -> None:
    assert call_status(api, stored, "kept") == call_status(api, stored, "due") == 200
    assert api.as_client(stored, "GET", recording_path(stored, "kept")).data == AUDIO


def test_what_the_ledger_names_stays_erased_whatever_is_restored(
    api: Api, services: Services, clock: MovableClock, stored: str, left: str
) -> None:
    bulk, keystore = services.databases.bulk, services.databases.keystore
    data, keys = backup(bulk), backup(keystore)
    erase_all(api, services, clock, stored, left)
    ledger = services.databases.audit["erasures"].count_documents({})
    assert ledger > 5

    restore(services, bulk, data)
    assert_all_is_gone(api, stored, left)  # its keys are gone, although the data has come back
    assert services.replay.run("test").repeated >= ledger
    assert_all_is_gone(api, stored, left)
    assert_the_rest_reads(api, stored)

    restore(services, bulk, data)
    restore(services, keystore, keys)
    assert call_status(api, stored, "deleted") == 200  # so the test would find what came back
    assert api.as_client(left, "GET", recording_path(left, "call")).data == AUDIO
    for _ in range(2):
        services.replay.run("test")
        assert_all_is_gone(api, stored, left)
        assert_the_rest_reads(api, stored)
    content = {one["content"] for one in bulk["segments"].find()}
    live = [
        entry["record_id"]
        for call in bulk["calls"].find()
        for entry in call.get("recordings", ())
        if "gone_at" not in entry
    ]
    assert content == set(live)


def test_no_cache_from_before_a_restore_of_the_keystore_outlives_a_replay(
    services: Services,
) -> None:
    keystore, seen = services.databases.keystore, set[int]()
    keys = backup(keystore)
    for _ in range(10):
        services.epoch.advance()
        seen.add(epoch_of(services))
    restore(services, keystore, keys)
    services.replay.run("test")
    assert epoch_of(services) not in seen


def epoch_of(services: Services) -> int:
    found = services.databases.keystore["state"].find_one({"_id": "epoch"})
    assert found is not None
    return int(found["value"])


def test_an_erasure_that_cannot_be_repeated_does_not_keep_the_others_waiting(
    api: Api, services: Services, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in ("one", "other"):
        put_recorded_call(api, client, call)
        path = f"/v1/clients/{client}/calls/{call}"
        assert api.as_client(client, "DELETE", path).status_code == 204
    repeat, asked = Eraser.repeat, list[Erasure]()

    def repeating(eraser: Eraser, erasure: Erasure) -> None:
        asked.append(erasure)
        if len(asked) == 1:
            raise IntegrityError("damaged")
        repeat(eraser, erasure)

    monkeypatch.setattr(Eraser, "repeat", repeating)
    done = services.replay.run("test")
    assert done.failed == 1
    assert done.repeated == len(asked) - 1 > 0
