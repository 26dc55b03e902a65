"""A contract ends under a hold: all goes but what is held, and that goes with the release."""

from datetime import datetime

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import client_node
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock, recording_path
from tests.holds.builders import audio, kept, opened, place, release
from tests.retention.builders import (
    AUDIO,
    call_status,
    client_id,
    end_contract,
    key_slots,
    put_recorded_call,
)


def _has_client_key(services: Services, client: str) -> bool:
    name = client_node(client_id(services, client), Role.PROCESSOR).name
    found = services.databases.keystore["keys"].find_one({"_id": name})
    return found is not None and "generations" in found


def _sweep(services: Services, clock: MovableClock) -> None:
    """Twice: the records go one by one before the key above them does."""
    for _ in range(2):
        clock.advance(seconds=11)
        services.sweeps.run("test")


def test_what_is_held_opens_after_the_end_of_the_contract_until_it_is_released(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call", note="a note")
    hold = place(api, client_id=client)
    end_contract(api, client, clock.now().date().isoformat())
    clock.advance(days=40)
    _sweep(services, clock)
    assert not _has_client_key(services, client)
    assert call_status(api, client, "call") == 410
    path = recording_path(client, "call")
    assert api.as_client(client, "GET", path).status_code == 410
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["a note"]
    assert audio(services, hold) == [AUDIO]

    keys = {(one.item.key.page, one.item.key.slot) for one in kept(services, hold)}
    release(api, hold)
    services.holds.run()
    assert not keys & key_slots(services)
    assert services.databases.bulk["withheld"].count_documents({}) == 0
    assert call_status(api, client, "call") == 410
    left = {"client": client_id(services, client), "kind": "held-key"}
    assert services.databases.keystore["keys"].count_documents(left) == 0


def test_the_client_key_outlives_the_window_until_late_writers_are_done_if_something_is_held(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call")
    hold = place(api, client_id=client)
    ended = end_contract(api, client, clock.now().date().isoformat())
    clock.set(datetime.fromisoformat(ended["window"]["closes_at"]))
    _sweep(services, clock)
    assert _has_client_key(services, client)
    clock.advance(minutes=10)
    _sweep(services, clock)
    assert not _has_client_key(services, client)
    assert audio(services, hold) == [AUDIO]
