"""What a legal hold keeps of a person who is erased, and that no answer tells of it."""

import re
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api
from tests.holds.builders import audio, kept, opened, place, release
from tests.persons.builders import AUDIO, CALLER, Desk
from tests.retention.builders import key_slots

UNLIKE = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|client-\w+")
"""What differs between any two clients: random ids, commitments, names."""


def answers(desk: Desk) -> list[Any]:
    """All that the client is told, before and after it erases a caller."""
    body = {"number": CALLER}
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "persons/erasure", {"json": body}),
        ("POST", "persons/erasure", {"json": body}),
        ("GET", "calls/call-1", {}),
        ("GET", "calls/call-1/history", {}),
        ("GET", "calls/call-1/recording", {}),
        ("GET", "calls?number=%2B33612345678", {}),
        ("GET", "records/call_note/note-1", {}),
        ("GET", "privacy", {}),
        ("DELETE", "calls/call-1", {}),
    ]
    told = [desk.does(method, end, **more) for method, end, more in requests]
    return [(one.status_code, UNLIKE.sub(b"", one.data)) for one in told]


@pytest.mark.parametrize("reach", [{}, {"number": CALLER}], ids=["client", "number"])
def test_a_secret_hold_keeps_the_whole_call_and_changes_no_answer(
    desk: Desk, services: Services, reach: dict[str, str]
) -> None:
    told, hold, first = [], "", desk.client
    for held in (False, True):
        desk.client = desk.create_client(f"{first}-{held}")
        desk.record_call("call-1", note="rappeler")
        desk.note("note-1", CALLER)
        if held:
            hold = place(
                desk, client_id=desk.client, **({"number": CALLER} if "num" in reach else {})
            )
        told.append(answers(desk))
    assert told[0] == told[1]

    calls = [one["call"] for one in opened(services, hold, "call")]
    assert ("rappeler", CALLER) in [(one.get("note"), one["from"]) for one in calls]
    assert audio(services, hold) == [AUDIO]
    assert len(opened(services, hold, "call_note")) == 1

    keys = {(one.item.key.page, one.item.key.slot) for one in kept(services, hold)}
    release(desk, hold)
    assert not keys & key_slots(services)


def test_the_certificate_of_a_held_client_says_the_same(desk: Desk, services: Services) -> None:
    counted, first = [], desk.client
    for held in (False, True):
        desk.client = desk.create_client(f"{first}-{held}")
        desk.record_call("call-1")
        if held:
            hold = place(desk, client_id=desk.client)
        assert desk.does("POST", "persons/erasure", json={"number": CALLER}).status_code == 200
        services.sweeps.run("test")
        counted.append(_counts(desk))
    assert counted[0] == counted[1] != []
    release(desk, hold)


def _counts(desk: Desk) -> list[Any]:
    api: Api = desk
    (one,) = api.as_client(desk.client, "GET", "/v1/erasures").json["items"]
    found: list[Any] = api.as_client(desk.client, "GET", f"/v1/erasures/{one['id']}").json["counts"]
    return found
