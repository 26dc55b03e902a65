"""An erasure that meets a hold: gone for everybody else, and still there for the law."""

from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock, recording_path, tone
from tests.holds.builders import audio, kept, logged, opened, place, read, release
from tests.retention.builders import key_slots

AUDIO = tone(0.2)
CALL = "call-1"


def _call_path(client: str, call: str = CALL) -> str:
    return f"/v1/clients/{client}/calls/{call}"


def _put(api: Api, client: str, call: str = CALL, **more: Any) -> None:
    assert api.put_call(client, call, api.call(**more)).status_code == 201
    assert api.put_recording(client, call, AUDIO).status_code == 201


def _delete(api: Api, client: str, call: str = CALL) -> None:
    assert api.as_client(client, "DELETE", _call_path(client, call)).status_code == 204


def test_a_deleted_call_is_gone_for_the_client_and_kept_for_the_law(
    api: Api, client: str, services: Services
) -> None:
    _put(api, client, note="the note")
    hold = place(api, client_id=client)
    _delete(api, client)
    assert api.as_client(client, "GET", _call_path(client)).status_code == 410
    assert api.as_client(client, "GET", recording_path(client, CALL)).status_code == 410
    assert api.as_client(client, "GET", f"/v1/clients/{client}/calls").json["items"] == []
    assert read(api, hold)["withheld"] == 2
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["the note"]
    assert audio(services, hold) == [AUDIO]


def test_every_answer_to_a_client_is_that_of_an_erasure_without_a_hold(
    api: Api, services: Services, clock: MovableClock
) -> None:
    held, free = (api.create_client(name) for name in ("held-client", "free-client"))
    place(api, client_id=held)
    for client in (held, free):
        _put(api, client)
        _put(api, client, "call-2")
        _delete(api, client)
        assert api.as_client(client, "DELETE", recording_path(client, "call-2")).status_code == 204
    clock.advance(seconds=1)
    services.sweeps.run("test")
    assert _seen(api, held) == _seen(api, free)


def _seen(api: Api, client: str) -> list[Any]:
    """All that a client can see, without what is its own by chance."""
    paths = [
        f"/v1/clients/{client}/calls",
        _call_path(client),
        _call_path(client, "call-2"),
        recording_path(client, CALL),
        recording_path(client, "call-2"),
        f"/v1/retention/preview?on=2099-01-01&client={client}",
        "/v1/erasures",
    ]
    answers = [api.as_client(client, "GET", path) for path in paths]
    again = api.put_call(client, CALL, api.call())
    seen = [(answer.status_code, _shape(answer.json)) for answer in (*answers, again)]
    return [*seen, api.as_client(client, "DELETE", _call_path(client)).status_code]


_BY_CHANCE = ("id", "client", "record_id", "commitment", "leaf_index", "signature", "revision")


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in value.items() if key not in _BY_CHANCE}
    return [_shape(one) for one in value] if isinstance(value, list) else value


def test_what_a_sweep_erases_under_a_hold_is_kept_too(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    _put(api, client)
    hold = place(api, client_id=client)
    clock.advance(days=91)
    services.sweeps.run("test")
    assert [one.category for one in kept(services, hold)] == ["recording"]
    clock.advance(days=400)
    services.sweeps.run("test")
    assert {one.category for one in kept(services, hold)} == {"recording", "traffic"}
    assert audio(services, hold) == [AUDIO]
    assert [one["from"] for one in opened(services, hold, "traffic")] == ["+33612345678"]


def test_a_licence_and_its_older_versions_are_kept(
    api: Api, client: str, services: Services
) -> None:
    path = f"/v1/clients/{client}/licences/licence-1"
    hold = place(api, client_id=client, licence_id="licence-1")
    changed = api.as_client(client, "PATCH", path, json={"label": "Changed"})
    assert changed.status_code == 200
    assert api.as_client(client, "DELETE", path).status_code == 204
    assert api.as_client(client, "GET", path).status_code == 404
    labels = [one["label"] for one in opened(services, hold, "licence")]
    assert sorted(labels) == ["Agent of licence-1", "Changed"]


def test_a_licence_is_anonymised_under_a_hold_as_without_one(
    api: Api, client: str, services: Services
) -> None:
    _put(api, client, note="the note")
    hold = place(api, client_id=client, licence_id="licence-1")
    path = f"/v1/clients/{client}/licences/licence-1"
    assert api.as_client(client, "POST", f"{path}/anonymise").status_code == 200
    assert api.as_client(client, "GET", path).status_code == 404
    assert api.as_client(client, "GET", f"/v1/clients/{client}/calls").json["items"] == []
    assert [one["label"] for one in opened(services, hold, "licence")] == ["Agent of licence-1"]
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["the note"]
    assert audio(services, hold) == [AUDIO]


def test_each_replaced_version_of_a_held_call_is_kept(
    api: Api, client: str, services: Services
) -> None:
    _put(api, client, note="first")
    hold = place(api, client_id=client)
    for note in ("second", "third"):
        answer = api.as_client(client, "PATCH", _call_path(client), json={"note": note})
        assert answer.status_code == 200
    assert api.as_client(client, "GET", _call_path(client)).json["note"] == "third"
    notes = [one["call"]["note"] for one in opened(services, hold, "call")]
    assert sorted(notes) == ["first", "second"]
    assert services.databases.bulk["replaced"].count_documents({}) == 0


def test_the_client_itself_is_kept_with_what_it_was_called(
    api: Api, client: str, services: Services
) -> None:
    hold = place(api, client_id=client)
    body = {"name": "Another name"}
    assert api.as_("admin", "PATCH", f"/v1/clients/{client}", json=body).status_code == 200
    assert [one["name"] for one in opened(services, hold, "client")] == ["Cabinet Exemple"]


def test_a_recording_that_is_objected_to_is_kept_under_a_hold(
    api: Api, client: str, services: Services
) -> None:
    _put(api, client)
    hold = place(api, client_id=client)
    body = {"recording_consent": "objected"}
    assert api.as_client(client, "PATCH", _call_path(client), json=body).status_code == 200
    assert api.as_client(client, "GET", recording_path(client, CALL)).status_code == 410
    assert audio(services, hold) == [AUDIO]


def test_released_records_are_destroyed_in_the_release(
    api: Api, client: str, services: Services
) -> None:
    _put(api, client)
    hold = place(api, client_id=client)
    _delete(api, client)
    keys = {(one.item.key.page, one.item.key.slot) for one in kept(services, hold)}
    assert len(keys) == len(keys & key_slots(services)) == 2
    answer = release(api, hold)
    assert answer.json["withheld"] == 0
    assert services.databases.bulk["withheld"].count_documents({}) == 0
    assert services.databases.bulk["segments"].count_documents({}) == 0
    assert not keys & key_slots(services)


def test_what_is_live_under_a_released_hold_follows_its_term(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    _put(api, client)
    release(api, place(api, client_id=client))
    assert api.as_client(client, "GET", recording_path(client, CALL)).data == AUDIO
    clock.advance(days=91)
    services.sweeps.run("test")
    assert services.databases.bulk["segments"].count_documents({}) == 0


def test_what_two_holds_keep_goes_with_the_second(
    api: Api, client: str, services: Services
) -> None:
    _put(api, client)
    first = place(api, client_id=client)
    _delete(api, client)
    second = place(api, number="+33612345678")
    assert read(api, second)["withheld"] == 2
    release(api, first)
    assert read(api, first)["withheld"] == 0
    assert audio(services, second) == [AUDIO]
    release(api, second)
    assert services.databases.bulk["withheld"].count_documents({}) == 0


def test_a_release_of_many_is_finished_by_the_upkeep(
    api: Api, client: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telecom_privacy.holds.service._ERASED_IN_A_REQUEST", 3)
    hold = place(api, client_id=client)
    calls = {f"call-{n}": api.call() for n in range(8)}
    api.put_calls(client, calls)
    for call in calls:
        _delete(api, client, call)
    assert release(api, hold).json["withheld"] == 5
    services.holds.run()
    assert read(api, hold)["withheld"] == 0
    assert services.databases.audit["holds"].find_one({"emptying": True}) is None


def test_no_certificate_counts_a_record_twice(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    _put(api, client)
    hold = place(api, client_id=client)
    _delete(api, client)
    release(api, hold)
    clock.advance(seconds=1)
    services.sweeps.run("test")
    (certificate,) = api.as_client(client, "GET", "/v1/erasures").json["items"]
    assert {one["category"]: one["count"] for one in certificate["counts"]} == {
        "call": 1,
        "recording": 1,
    }


def test_the_log_tells_of_no_hold_under_a_client(api: Api, client: str, services: Services) -> None:
    _put(api, client)
    hold = place(api, client_id=client)
    _delete(api, client)
    release(api, hold)
    entries = logged(api, services)
    told = [one for one in entries if one["action"].startswith("hold.")]
    released = [one for one in entries if one["details"].get("rule") == "released"]
    assert len(told) >= 3
    assert released
    assert {one["client"] for one in told + released} == {None}


def test_the_sweep_does_not_look_at_held_records_again(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    _put(api, client)
    place(api, client_id=client)
    clock.advance(days=91)
    services.sweeps.run("test")
    before = services.databases.audit["erasures"].count_documents({})
    clock.advance(seconds=timedelta(minutes=1).total_seconds())
    services.sweeps.run("test")
    assert services.databases.audit["erasures"].count_documents({}) == before
