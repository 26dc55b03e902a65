"""A copy of the bulk data is worth nothing once the keys are gone."""

import json

import pytest

from telecom_privacy.bootstrap import Services
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

    for path in paths(stored):
        answer = api.as_client(stored, "GET", path)
        assert answer.status_code in REFUSED
        assert NAME.encode() not in answer.data
    traffic = api.as_("billing", "GET", f"/v1/clients/{stored}/traffic")
    assert traffic.json["items"][0]["from"] == "+33612345678"
    assert (
        services.databases.keystore["keys"].find_one(
            {"_id": client_node(client_id, Role.PROCESSOR).name}
        )
        is None
    )


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
