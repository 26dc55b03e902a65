"""What a client's policy does not name cannot be stored, calls and licences included."""

import shutil
from datetime import timedelta

import pytest

from telecom_privacy.settings import Settings, default_config_dir
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    AUDIO,
    call_status,
    change,
    preview,
    put_recorded_call,
    recording_status,
    traffic_count,
)
from tests.wiring import own_settings

BARE = """
name = "bare"
notice = "A notice that names the client alone"

[[versions]]
valid_from = 2018-05-25

[[versions.rules]]
id = "RET-30"
category = "client"
role = "controller"
purpose = "subscriber_identification"
legal_basis = "Legal obligation"
recipients = ["the operator's contract staff"]
trigger = "contract_ended"
duration = "P5Y"
action = "erase"
"""


@pytest.fixture(scope="module")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("not-named")
    shutil.copytree(default_config_dir() / "policies", directory / "policies")
    (directory / "policies" / "bare.toml").write_text(BARE, "utf-8")
    return own_settings(database_settings, directory, config_dir=directory)


def test_neither_licences_nor_calls_nor_recordings_are_taken_any_more(
    api: Api, client: str, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(hours=1)
    assert change(api, client, policy="bare") == 200

    licence = {"id": "licence-2", "label": "Poste 2", "kind": "device"}
    created = api.as_("admin", "POST", f"/v1/clients/{client}/licences", json=licence)
    assert created.status_code == 422
    assert created.json["errors"] == {"category": ["The client's policy does not name licences."]}
    called = api.put_call(client, "call-2", api.call())
    assert called.status_code == 422
    assert called.json["errors"] == {"category": ["The client's policy does not name calls."]}
    recorded = api.put_recording(client, "call-1", AUDIO, "another")
    assert recorded.status_code == 403
    assert recorded.json["type"].endswith("recording-not-in-contract")
    policy = api.as_("platform", "GET", f"/v1/clients/{client}/recording-policy")
    assert policy.json == {
        "record": False,
        "announce": False,
        "reason": "recording-not-in-contract",
    }


def test_what_was_stored_before_goes_after_the_grace(
    api: Api, client: str, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(hours=1)
    assert change(api, client, policy="bare") == 200
    day = f"{clock.now() + timedelta(days=7):%Y-%m-%d}"
    assert [(category, on) for category, _, on, _ in preview(api, client, day)] == [
        ("call", day),
        ("licence", day),
        ("recording", day),
        ("traffic", day),
    ]
    clock.advance(days=6)
    assert call_status(api, client, "call-1") == 200
    clock.advance(days=1)
    assert call_status(api, client, "call-1") == 410
    assert recording_status(api, client, "call-1") == 410
    assert traffic_count(api, client) == 0


def test_who_joins_under_such_a_policy_has_no_licences(api: Api) -> None:
    body = {
        "id": "bare-client",
        "name": "Cabinet Exemple",
        "policy": "bare",
        "contract": {"started_on": "2026-01-01"},
    }
    assert api.as_("admin", "POST", "/v1/clients", json=body).status_code == 201
    licence = {"id": "licence-1", "label": "Poste 1", "kind": "device"}
    path = "/v1/clients/bare-client/licences"
    assert api.as_("admin", "POST", path, json=licence).status_code == 422
    policy = api.as_("platform", "GET", "/v1/clients/bare-client/recording-policy")
    assert policy.json["record"] is False
