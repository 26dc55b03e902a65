"""What holds keep, after restores of the data and the keystore, and after keys were replaced."""

from collections.abc import Mapping
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import client_node
from telecom_privacy.scope import Role
from telecom_privacy.storage.mongo import MongoDatabase
from tests.builders import Api, MovableClock, recording_path, tone
from tests.holds.builders import audio, kept, opened, place, read, release
from tests.retention.builders import client_id, key_slots

AUDIO = tone(0.1)
CALL = "call-1"
Backup = Mapping[str, list[dict[str, Any]]]


@pytest.fixture
def path(api: Api, client: str) -> str:
    """That of a stored call with a recording."""
    for role in ("legal", "dpo", "platform"):
        api.key(role)  # before any backup
    api.client_key(client)
    assert api.put_call(client, CALL, api.call(note="a note")).status_code == 201
    assert api.put_recording(client, CALL, AUDIO).status_code == 201
    return f"/v1/clients/{client}/calls/{CALL}"


def _backup(database: MongoDatabase) -> Backup:
    return {name: list(database[name].find()) for name in database.list_collection_names()}


def _restore(database: MongoDatabase, backup: Backup) -> None:
    for name in {*backup, *database.list_collection_names()} - {"state"}:
        database[name].delete_many({})
        if documents := backup.get(name):
            database[name].insert_many(documents)


@pytest.mark.parametrize("is_keystore_restored", [False, True])
def test_what_was_withheld_is_withheld_again(
    api: Api, client: str, path: str, services: Services, is_keystore_restored: bool
) -> None:
    databases = services.databases
    hold = place(api, client_id=client)
    bulk, keystore = _backup(databases.bulk), _backup(databases.keystore)
    assert api.as_client(client, "DELETE", path).status_code == 204
    _restore(databases.bulk, bulk)
    if is_keystore_restored:
        _restore(databases.keystore, keystore)
    services.replay.run("test")
    assert api.as_client(client, "GET", path).status_code == 410
    assert api.as_client(client, "GET", recording_path(client, CALL)).status_code == 410
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["a note"]
    assert audio(services, hold) == [AUDIO]


@pytest.mark.parametrize("moment", ["before the erasure", "before the release"])
def test_what_was_released_is_destroyed_again(
    api: Api, client: str, path: str, services: Services, moment: str
) -> None:
    databases = services.databases
    hold = place(api, client_id=client)
    bulk, keystore = _backup(databases.bulk), _backup(databases.keystore)
    assert api.as_client(client, "DELETE", path).status_code == 204
    if moment == "before the release":
        bulk, keystore = _backup(databases.bulk), _backup(databases.keystore)
    keys = {(one.item.key.page, one.item.key.slot) for one in kept(services, hold)}
    release(api, hold)
    _restore(databases.bulk, bulk)
    _restore(databases.keystore, keystore)
    assert keys <= key_slots(services)
    services.replay.run("test")
    services.holds.run()
    assert not keys & key_slots(services)
    assert databases.bulk["withheld"].count_documents({}) == 0
    assert databases.bulk["segments"].count_documents({}) == 0


def test_what_outlived_its_client_key_outlives_a_restore_of_the_keystore(
    api: Api, client: str, path: str, services: Services
) -> None:
    owner, role = client_id(services, client), Role.PROCESSOR
    hold = place(api, client_id=client)
    licence = f"/v1/clients/{client}/licences/licence-1"
    for one in (path, licence):
        assert api.as_client(client, "DELETE", one).status_code == 204
    keystore = _backup(services.databases.keystore)
    nodes = [client_node(owner, role)]
    eraser = services.recovery._eraser
    eraser.erase_nodes(owner, role, "client-key", "RET-3", nodes, "test", is_emptied=True)
    _restore(services.databases.keystore, keystore)
    services.replay.run("test")
    assert audio(services, hold) == [AUDIO]
    destroyed = services.databases.keystore["keys"].find_one({"_id": nodes[0].name})
    assert destroyed is not None
    assert "destroyed_at" in destroyed


def test_a_number_still_finds_what_was_withheld_before_its_index_key_was_replaced(
    api: Api, client: str, path: str, services: Services, clock: MovableClock
) -> None:
    first = place(api, client_id=client)
    assert api.as_client(client, "DELETE", path).status_code == 204
    api.put_call(client, "call-2", api.call())
    clock.advance(seconds=1)
    services.finality.run("test")
    second = place(api, client_id=client, number="+33612345678")
    assert read(api, second)["withheld"] == 2
    release(api, first)
    assert audio(services, second) == [AUDIO]
