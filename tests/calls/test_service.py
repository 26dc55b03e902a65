"""One call in the hands of its client: read, changed, deleted."""

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api, recording_path, tone
from tests.calls.keystore import assert_tidy, record_key


def test_a_call_comes_back_as_it_was_handed_in(api: Api, client: str) -> None:
    extra = {
        "caller_name": "Mme Exemple",
        "note": "Rappeler\nlundi ☎",
        "route": "trunk-1",
        "tags": ["devis", ""],
        "platform": {"queue": {"id": 7, "waits": [1.5, None, True]}},
    }
    body = api.call(**extra)
    receipt = api.put_call(client, "call-1", body).json
    found = api.as_client(client, "GET", _path(client)).json
    times = ("started_at", "answered_at", "ended_at")
    for name in times:
        assert found.pop(name) == body.pop(name)[:23] + "Z"
    assert found.pop("record_id") == receipt["record_id"]
    assert found == {"id": "call-1", "recordings": [], **body}


def test_an_unanswered_call_has_no_answer_time(api: Api, client: str) -> None:
    api.put_call(client, "call-1", api.call(answered_at=None, disposition="NO ANSWER"))
    assert api.as_client(client, "GET", _path(client)).json["answered_at"] is None


def test_an_id_may_hold_any_characters_that_a_path_can_carry(api: Api, client: str) -> None:
    call_id = "appel n° 1; a+b?c#d%e=é☎"
    quoted = "appel%20n%C2%B0%201;%20a+b%3Fc%23d%25e=%C3%A9%E2%98%8E"
    assert api.put_call(client, quoted, api.call()).json["id"] == call_id
    assert api.as_client(client, "GET", _path(client, quoted)).json["id"] == call_id
    assert api.put_calls(client, {call_id: api.call()}).json["duplicates"] == 1


def test_an_unknown_call_is_not_found(api: Api, client: str) -> None:
    for path in (_path(client), f"{_path(client)}/receipt", recording_path(client, "call-1")):
        assert api.as_client(client, "GET", path).status_code == 404
    answer = api.as_client(client, "PATCH", _path(client), json={"note": "x"})
    assert answer.status_code == 404


def test_reading_a_call_needs_a_stated_purpose_from_support(api: Api, client: str) -> None:
    api.put_call(client, "call-1", api.call())
    assert api.as_("support", "GET", _path(client)).status_code == 403
    assert api.as_("support", "GET", _path(client), headers=STAFF).status_code == 200
    assert api.as_("platform", "GET", _path(client)).status_code == 403


def test_a_change_is_a_new_version_and_destroys_the_old_key(
    api: Api, client: str, services: Services
) -> None:
    record_id = api.put_call(client, "call-1", api.call(note="a", tags=["x"])).json["record_id"]
    before = record_key(services, record_id)
    answer = api.as_client(client, "PATCH", _path(client), json={"note": "b", "tags": []})
    assert (answer.json["note"], answer.json["tags"]) == ("b", [])
    assert answer.json == api.as_client(client, "GET", _path(client)).json
    after = record_key(services, record_id)
    assert before != after
    keystore = services.databases.keystore["record_keys"]
    old = keystore.find_one({"_id": before["page"]}) or {"keys": {}}
    assert before["slot"] not in old["keys"]
    assert_tidy(services)


def test_a_note_can_be_taken_back(api: Api, client: str) -> None:
    api.put_call(client, "call-1", api.call(note="a"))
    assert api.as_client(client, "PATCH", _path(client), json={"note": None}).json["note"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "_schema"),
        ({"to": "+33611111111"}, "to"),
        ({"note": 1}, "note"),
        ({"tags": None}, "tags"),
        ({"recording_consent": "perhaps"}, "recording_consent"),
    ],
)
def test_only_note_tags_and_consent_can_be_changed(
    api: Api, client: str, change: dict[str, object], field: str
) -> None:
    api.put_call(client, "call-1", api.call())
    answer = api.as_client(client, "PATCH", _path(client), json=change)
    assert (answer.status_code, [*answer.json["errors"]]) == (422, [field])


def test_an_objection_erases_the_recordings_at_once(
    api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    for name in ("main", "second"):
        api.put_recording(client, "call-1", tone(), name)
    objected = {"recording_consent": "objected"}
    answer = api.as_client(client, "PATCH", _path(client), json=objected)
    assert (answer.status_code, answer.json["recordings"]) == (200, [])
    for name in ("main", "second"):
        path = recording_path(client, "call-1", name)
        assert api.as_client(client, "GET", path).status_code == 410
    refused = api.put_recording(client, "call-1", tone(), "third")
    assert (refused.status_code, refused.json["type"].split(":")[-1]) == (403, "recording-objected")
    assert_tidy(services)


def test_a_deleted_call_is_gone_with_its_recordings(
    api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    api.put_recording(client, "call-1", tone())
    assert api.as_client(client, "DELETE", _path(client)).status_code == 204
    for path in (_path(client), f"{_path(client)}/receipt", recording_path(client, "call-1")):
        assert api.as_client(client, "GET", path).status_code == 410
    calls = api.as_client(client, "GET", f"/v1/clients/{client}/calls").json
    assert calls == {"items": [], "next": None}
    assert api.put_recording(client, "call-1", tone()).status_code == 410
    assert api.as_client(client, "PATCH", _path(client), json={"note": "x"}).status_code == 410
    assert_tidy(services)


def test_deleting_is_always_no_content(api: Api, client: str) -> None:
    api.put_call(client, "call-1", api.call())
    api.put_recording(client, "call-1", tone())
    recording = recording_path(client, "call-1")
    for path in (recording, recording, _path(client), _path(client), recording):
        assert api.as_client(client, "DELETE", path).status_code == 204
    for path in (_path(client, "never"), recording_path(client, "never", "part")):
        assert api.as_client(client, "DELETE", path).status_code == 204


def test_only_the_client_changes_and_deletes(api: Api, client: str) -> None:
    api.put_call(client, "call-1", api.call())
    for role in ("platform", "support", "admin", "dpo", "billing", "legal", "auditor"):
        for method, more in (("DELETE", {}), ("PATCH", {"json": {"note": "x"}})):
            answer = api.as_(role, method, _path(client), headers=STAFF, **more)
            assert answer.status_code == 403
    assert api.as_client(client, "GET", _path(client)).status_code == 200


def _path(client: str, call_id: str = "call-1") -> str:
    return f"/v1/clients/{client}/calls/{call_id}"
