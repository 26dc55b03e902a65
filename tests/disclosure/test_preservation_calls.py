"""What a preserved recording tells of its call, once its client erased it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.disclosure.answers import disclosed, line, package, put_recorded
from tests.disclosure.builders import CONTENT, LegalDesk
from tests.retention.builders import AUDIO, new_client

CALLED = ["+33199001091", "+33199001092"]


@pytest.fixture
def client(desk: LegalDesk, fresh: str) -> str:
    """A client with two recorded calls, `call-0` and `call-1`."""
    client = new_client(desk.api)
    for index, called in enumerate(CALLED):
        put_recorded(desk.api, client, f"call-{index}", **{"from": fresh, "to": called})
    return client


def erase(desk: LegalDesk, client: str, path: str) -> None:
    gone = desk.api.as_client(client, "DELETE", f"/v1/clients/{client}/{path}")
    assert gone.status_code == 204, gone.json


def records(desk: LegalDesk, path: str) -> list[dict[str, Any]]:
    """What the package of a case says."""
    disclosed(desk, path)
    told = json.loads(package(desk, path)["data/ts103705/response.json"])
    found: list[dict[str, Any]] = told["recordSet"]
    return found


def copies(told: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The client's copies of calls: by what name, of which client, and who was called."""
    return sorted(
        (one["sessionRefId"], one["client"], one["parties"][1]["identity"]["phoneNumber"])
        for one in told
        if one.get("origin") == "processor"
    )


def recordings(told: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return sorted((one["sessionRefId"], one.get("client")) for one in told if "path" in one)


def whose(client: str) -> list[tuple[str, str, str]]:
    return [(f"call-{index}", client, called[1:]) for index, called in enumerate(CALLED)]


def preserved(desk: LegalDesk, basis: str = "cpp-60-1", **asked: Any) -> str:
    path = desk.approved(basis, **{**CONTENT, **asked})
    assert desk.take(path, "preserve").status_code == 200
    return path


def test_a_preserved_recording_comes_with_its_call_and_its_client(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    path = preserved(desk, numbers=[fresh])
    for index in range(2):
        erase(desk, client, f"calls/call-{index}")
    assert line(desk, path, "content") == (2, 2, {})
    told = records(desk, path)
    assert copies(told) == whose(client)
    assert recordings(told) == [("call-0", client), ("call-1", client)]


def test_so_it_does_for_the_production_that_a_preservation_is_converted_into(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    preservation = preserved(desk, "eevidence-epoc-pr", numbers=[fresh])
    for index in range(2):
        erase(desk, client, f"calls/call-{index}")
    period = desk.show(preservation)["period"]
    asked = {name: period[name] for name in ("from", "until")}
    path = desk.approved("eevidence-epoc", numbers=[fresh], period=asked, **CONTENT)
    convert = {"production": path.rpartition("/")[2]}
    assert desk.take(preservation, "preserve/conversion", **convert).status_code == 200
    assert copies(records(desk, path)) == whose(client)


def test_content_alone_tells_neither_the_call_of_a_preserved_recording_nor_its_client(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    path = preserved(desk, numbers=[fresh], categories=["content"])
    erase(desk, client, "calls/call-0")
    told = records(desk, path)
    assert copies(told) == []
    assert {name for _, name in recordings(told)} == {None}
    assert not {"call-0", "call-1"} & {name for name, _ in recordings(told)}


def test_a_call_is_told_once_though_it_is_named_and_its_number_too(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    named = [{"client_id": client, "id": "call-0"}]
    path = preserved(desk, numbers=[fresh], call_ids=named)
    erase(desk, client, "calls/call-0")
    assert copies(records(desk, path)) == whose(client)


def test_a_call_is_told_once_where_one_of_its_recordings_alone_was_erased(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    assert desk.api.put_recording(client, "call-0", AUDIO, "second").status_code == 201
    path = preserved(desk, numbers=[fresh])
    call = f"/v1/clients/{client}/calls/call-0"
    assert desk.api.as_client(client, "PATCH", call, json={"note": "new"}).status_code == 200
    erase(desk, client, "calls/call-0/recordings/second")
    told = records(desk, path)
    assert copies(told) == whose(client)
    assert [name for name, _ in recordings(told)] == ["call-0", "call-0", "call-1"]


def test_a_call_is_told_where_its_only_recording_was_erased(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    path = preserved(desk, numbers=[fresh])
    call = f"/v1/clients/{client}/calls/call-0"
    (recording,) = desk.api.as_client(client, "GET", call).json["recordings"]
    erase(desk, client, f"calls/call-0/recordings/{recording['id']}")
    assert copies(records(desk, path)) == whose(client)


@pytest.mark.parametrize("is_told", [False, True])
def test_a_preserved_message_says_of_which_client_it_was_with_its_traffic_alone(
    desk: LegalDesk, client: str, fresh: str, is_told: bool
) -> None:
    at = (desk.api.clock.now() - timedelta(days=9)).isoformat()
    body = {"subject": fresh, "occurred_at": at, "data": {"text": "good evening"}}
    message = f"/v1/clients/{client}/records/message/evening"
    assert desk.api.as_("platform", "PUT", message, json=body).status_code == 201
    path = preserved(desk, numbers=[fresh], categories=["content", "traffic"][: 1 + is_told])
    erase(desk, client, "records/message/evening")
    (told,) = (one for one in records(desk, path) if one.get("category") == "message")
    assert told["data"] == {"text": "good evening"}
    assert told.get("client") == (client if is_told else None)
