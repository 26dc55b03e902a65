"""A copy of the bulk data is worth nothing once the keys are gone."""

import json

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.documents import call_from
from telecom_privacy.keys.model import client_node
from telecom_privacy.scope import Role
from tests.builders import Api, recording_path, tone

NAME, NOTE = "Personne Exemple", "rappeler demain"
REFUSED = {410, 500}


@pytest.fixture
def stored(api: Api, client: str) -> str:
    api.put_call(client, "call-1", api.call(caller_name=NAME, note=NOTE))
    assert api.put_recording(client, "call-1", tone(1)).status_code == 201
    return client


def paths(client: str) -> list[str]:
    call = f"/v1/clients/{client}/calls/call-1"
    return [
        call,
        f"{call}/receipt",
        recording_path(client, "call-1"),
        f"/v1/clients/{client}/calls",
    ]


def test_a_copy_of_a_call_does_not_open_after_its_key_was_destroyed(
    api: Api, services: Services, stored: str
) -> None:
    bulk = services.databases.bulk
    client_id = services.clients._find(stored).id
    calls = list(bulk["calls"].find({"client": client_id}))
    content = [entry["record_id"] for call in calls for entry in call["recordings"]]
    segments = list(bulk["segments"].find({"content": {"$in": content}}))
    assert api.as_client(stored, "DELETE", paths(stored)[0]).status_code == 204
    assert api.as_client(stored, "GET", paths(stored)[0]).status_code == 410

    for call in calls:
        bulk["calls"].replace_one({"_id": call["_id"]}, call, upsert=True)
    bulk["segments"].insert_many(segments)

    for path in paths(stored)[:3]:
        assert api.as_client(stored, "GET", path).status_code == 410
    listed = api.as_client(stored, "GET", paths(stored)[3])
    assert listed.json == {"items": [], "next": None}


def test_nothing_below_a_destroyed_client_key_opens_and_the_controllers_copy_stays(
    api: Api, services: Services, stored: str
) -> None:
    client_id = services.clients._find(stored).id
    services.accounts._keys._tree.destroy(client_node(client_id, Role.PROCESSOR))

    for path in paths(stored)[:3]:
        answer = api.as_client(stored, "GET", path)
        assert answer.status_code in REFUSED
        assert NAME.encode() not in answer.data
    assert api.as_client(stored, "GET", paths(stored)[3]).json["items"] == []
    traffic = api.as_("billing", "GET", f"/v1/clients/{stored}/traffic")
    assert traffic.json["items"][0]["from"] == "+33612345678"
    name = client_node(client_id, Role.PROCESSOR).name
    left = services.databases.keystore["keys"].find_one({"_id": name})
    assert left is not None
    assert left.keys() == {"_id", "destroyed_at"}


def test_an_erased_client_key_is_explained_by_the_ledger_and_never_made_again(
    api: Api, services: Services, client: str, caplog: pytest.LogCaptureFixture
) -> None:
    for call in ("a", "b"):
        assert api.put_call(client, call, api.call()).status_code == 201
    client_id = services.clients._find(client).id
    above = client_node(client_id, Role.PROCESSOR)
    eraser = services.recovery._eraser
    eraser.erase_nodes(client_id, Role.PROCESSOR, "hosted", "RET-3", [above], "test")

    for path in (f"/v1/clients/{client}/calls/a", f"/v1/clients/{client}/calls"):
        assert api.as_client(client, "GET", path).status_code in (200, 410)
    assert api.put_call(client, "c", api.call()).status_code == 410
    below = {"client": client_id, "kind": {"$in": ["period-key", "index-key", "identifier-key"]}}
    left = list(services.databases.keystore["keys"].find(below))
    assert {name["_id"].split("/")[1] for name in left} == {"controller"}
    assert not [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert eraser.resume(lambda: None) == 0


def test_a_period_key_that_was_erased_takes_its_records_out_of_lists(
    api: Api, services: Services, client: str
) -> None:
    api.create_licence(client, "licence-2")
    assert api.put_call(client, "gone", api.call()).status_code == 201
    assert api.put_call(client, "kept", api.call(licence_id="licence-2")).status_code == 201
    client_id = services.clients._find(client).id
    found = services.databases.bulk["calls"].find({"client": client_id})
    gone = next(one["licence"] for one in found if one["_id"] == _token(services, client, "gone"))
    nodes = services.accounts._keys.period_nodes(client_id, Role.PROCESSOR, gone)
    eraser = services.recovery._eraser
    eraser.erase_nodes(client_id, Role.PROCESSOR, "call", "ROLE-5", nodes, "test")

    calls = f"/v1/clients/{client}/calls"
    listed = api.as_client(client, "GET", calls).json["items"]
    assert [one["id"] for one in listed] == ["kept"]
    assert api.as_client(client, "GET", f"{calls}/gone").status_code == 410
    assert api.as_client(client, "GET", f"{calls}/kept").status_code == 200
    assert api.put_call(client, "late", api.call()).status_code == 410


def test_what_is_kept_apart_outlives_its_client_key(
    api: Api, services: Services, client: str
) -> None:
    for call in ("held", "other"):
        assert api.put_call(client, call, api.call()).status_code == 201
    keys, client_id = services.accounts._keys, services.clients._find(client).id
    held, other = (
        call_from(services.databases.bulk["calls"].find_one({"_id": _token(services, client, one)}))
        for one in ("held", "other")
    )
    before = keys.open(held.binding, held.key)
    above = [client_node(client_id, Role.PROCESSOR)]
    for _ in range(2):
        keys.held.keep_apart([held.key], client_id, Role.PROCESSOR, above)
    keys.destroy_nodes(above)

    assert keys.open(held.binding, held.key) == before
    assert keys.open_existing({other.key: other.binding}) == {}


def _token(services: Services, client: str, call: str) -> bytes:
    keys = services.accounts._keys
    return keys.identifier_token(services.clients._find(client).id, "call", call)


def test_the_keystore_holds_random_ids_only(api: Api, services: Services, stored: str) -> None:
    api.as_client(stored, "PATCH", paths(stored)[0], json={"note": NOTE + "!"})
    keystore = services.databases.keystore
    raw = json.dumps(
        [
            document
            for name in keystore.list_collection_names()
            for document in keystore[name].find()
        ],
        default=lambda value: value.decode("latin-1") if isinstance(value, bytes) else str(value),
    )
    for personal in (stored, "licence-1", "call-1", "main", "612345678", NAME, NOTE, "Cabinet"):
        assert personal not in raw
    assert str(services.clients._find(stored).id) in raw  # so the search would find something
