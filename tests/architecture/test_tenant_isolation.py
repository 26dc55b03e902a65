"""Nobody reaches the data of another client, or of licences that the key does not cover.

Every client-scoped route that clients may call is run as another client, and with a key limited to
other licences. The answer is the one for things that do not exist.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole
from tests.architecture.routes import Route, routes_of
from tests.builders import STAFF, Api, recording_path, tone

VICTIM, STRANGER = "maison-dupont", "autre-maison"
LICENCE, OTHER_LICENCE = "licence-1", "licence-2"
CALL, RECORDING = "call-1", "second"
RECORDS = "/v1/clients/<client>/records/<category>/<record_id>"
EXPORTS = "/v1/clients/<client>/exports"
EXPORT = f"{EXPORTS}/<uuid:export_id>"
HOOKS = "/v1/clients/<client>/webhooks"
_HOOK, _DELIVERY = f"{HOOKS}/<uuid:webhook_id>", "/deliveries/<uuid:delivery_id>"
HOOK_ROUTES = [
    ("POST", HOOKS),
    ("GET", HOOKS),
    ("GET", _HOOK),
    ("DELETE", _HOOK),
    *(("POST", f"{_HOOK}/{end}") for end in ("rotate", "enable", "test")),
    ("GET", f"{_HOOK}/deliveries"),
    ("GET", f"{_HOOK}{_DELIVERY}"),
    ("POST", f"{_HOOK}{_DELIVERY}/replay"),
]
FORWARDED = "/v1/clients/<client>/rights-requests"
WHEN = "2026-01-01T00:00:00Z"
CATEGORY, RECORD = "call_note", "note-1"
PERSONS = "/v1/clients/<client>/persons"
REASON = {"reason": "accuracy_contested"}
PARTS = {
    "client": VICTIM,
    "licence": LICENCE,
    "call_id": CALL,
    "recording_id": RECORDING,
    "category": CATEGORY,
    "record_id": RECORD,
}
BODIES = {
    ("POST", HOOKS): {"url": "https://portal.example/", "events": ["export.ready"]},
    ("POST", EXPORTS): {"kind": "history"},
    ("POST", f"{FORWARDED}/<uuid:request_id>/answer"): {"outcome": "granted"},
    ("POST", "/v1/clients/<client>/licences"): {"id": "new", "label": "New", "kind": "agent"},
    ("POST", "/v1/clients/<client>/contract-end/confirmation"): {"export_id": str(UUID(int=7))},
    ("POST", "/v1/clients/<client>/instructions"): {"text": "new", "given_on": WHEN[:10]},
    ("POST", "/v1/clients/<client>/api-keys"): {"licence_ids": [LICENCE], "label": "new"},
    ("PATCH", "/v1/clients/<client>/licences/<licence>"): {"label": "Changed"},
    ("PATCH", "/v1/clients/<client>/calls/<call_id>"): {"note": "changed"},
    ("PUT", RECORDS): {"licence_id": OTHER_LICENCE, "occurred_at": WHEN, "data": {"text": "new"}},
    ("POST", f"{RECORDS}/events"): {"event": "restored"},
    ("POST", "/v1/clients/<client>/calls/<call_id>/restriction"): REASON,
    ("POST", f"{RECORDS}/restriction"): REASON,
    ("POST", f"{PERSONS}/restriction"): {**REASON, "number": "+33612345678"},
    ("POST", f"{PERSONS}/restriction/lift"): {"number": "+33612345678"},
    ("POST", f"{PERSONS}/erasure"): {"number": "+33612345678"},
    ("POST", f"{PERSONS}/objection"): {"number": "+33612345678"},
    ("POST", f"{PERSONS}/objection/withdraw"): {"number": "+33612345678"},
}
OWNED = ("", "/calls", "/licences", f"/records/{CATEGORY}")
LIMITED_MAY = {
    ("POST", EXPORTS): "is forbidden to limited keys altogether",
    ("GET", EXPORTS): "is forbidden to limited keys altogether",
    ("GET", EXPORT): "is forbidden to limited keys altogether",
    ("DELETE", EXPORT): "is forbidden to limited keys altogether",
    ("GET", f"{EXPORT}/package"): "is forbidden to limited keys altogether",
    ("GET", FORWARDED): "is forbidden to limited keys altogether",
    ("POST", f"{FORWARDED}/<uuid:request_id>/answer"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>"): "says what was agreed, not what a licence did",
    ("GET", "/v1/clients/<client>/calls"): "is a list: tested for what is in it",
    ("GET", "/v1/clients/<client>/licences"): "is a list: tested for what is in it",
    ("POST", "/v1/clients/<client>/api-keys"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/api-keys"): "is forbidden to limited keys altogether",
    ("DELETE", "/v1/clients/<client>/api-keys/<uuid:key_id>"): "is forbidden to limited keys",
    ("GET", "/v1/clients/<client>/contract-end"): "is forbidden to limited keys altogether",
    ("POST", "/v1/clients/<client>/contract-end/confirmation"): "is forbidden to limited keys",
    ("POST", "/v1/clients/<client>/instructions"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/instructions"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/breaches"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/register"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/privacy"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/accesses"): "is forbidden to limited keys altogether",
    ("GET", "/v1/clients/<client>/statistics"): "is forbidden to limited keys altogether",
    ("POST", f"{PERSONS}/restriction"): "is forbidden to limited keys altogether",
    ("POST", f"{PERSONS}/erasure"): "erases within its own licences: tested for what it leaves",
    ("POST", f"{PERSONS}/objection"): "is forbidden to limited keys altogether",
    ("POST", f"{PERSONS}/objection/withdraw"): "is forbidden to limited keys altogether",
    ("POST", f"{PERSONS}/restriction/lift"): "is forbidden to limited keys altogether",
    ("GET", RECORDS.removesuffix("/<record_id>")): "is a list: tested for what is in it",
    ("PUT", RECORDS): "makes a record of a licence of its own where there is none",
    ("POST", "/v1/clients/<client>/licences"): "is forbidden to limited keys altogether",
    **dict.fromkeys(HOOK_ROUTES, "is forbidden to limited keys altogether"),
}


@dataclass(frozen=True)
class World:
    """A client with data, another one, and their keys."""

    api: Api
    routes: list[Route]
    audio: bytes
    stranger: str
    limited: str

    def send(self, route: Route, key: str, **parts: str) -> TestResponse:
        body: dict[str, Any] = {"json": BODIES.get((route.method, route.rule))}
        if route.declaration and route.declaration.consumes:
            body = {"data": self.audio, "content_type": "audio/wav"}
        return self.api.request(route.method, route.path(**{**PARTS, **parts}), key, **body)

    def owned(self) -> list[Any]:
        """All that the client sees of its own data."""
        read = [f"/v1/clients/{VICTIM}{end}" for end in OWNED]
        return [self.api.as_client(VICTIM, "GET", path).get_json() for path in read]


@pytest.fixture(scope="module")
def world(api: Api, app: Flask) -> World:
    audio = tone()
    for client in (VICTIM, STRANGER):
        api.create_client(client, licences=(LICENCE, OTHER_LICENCE))
    record = {"licence_id": LICENCE, "occurred_at": WHEN, "data": {"text": "private"}}
    path = f"/v1/clients/{VICTIM}/records/{CATEGORY}/{RECORD}"
    assert api.as_("platform", "PUT", path, json=record).status_code == 201
    assert api.put_call(VICTIM, CALL, api.call(note="private")).status_code == 201
    for recording in (None, RECORDING):
        assert api.put_recording(VICTIM, CALL, audio, recording).status_code == 201
    scoped = [
        route
        for route in routes_of(app)
        if route.rule.startswith("/v1/clients/<client>")
        and route.declaration
        and ApiRole.CLIENT in route.declaration.roles
    ]
    limited = api.client_key(VICTIM, [OTHER_LICENCE])
    return World(api, scoped, audio, api.client_key(STRANGER), limited)


def test_another_clients_data_looks_like_data_that_does_not_exist(world: World) -> None:
    before = world.owned()
    for route in world.routes:
        answers = (
            world.send(route, world.stranger),
            world.send(route, world.stranger, client="nobody"),
        )
        _assert_same_refusal(route, *answers)
    assert world.owned() == before


def test_another_licences_data_looks_like_data_that_does_not_exist(world: World) -> None:
    before, key = world.owned(), world.limited
    for route in _limited(world.routes):
        absent = dict.fromkeys(("licence", "call_id", "recording_id", "record_id"), "absent")
        answers = world.send(route, key), world.send(route, key, **absent)
        if route.method == "DELETE" and not route.rule.endswith(("<licence>", "/restriction")):
            assert [answer.status_code for answer in answers] == [HTTPStatus.NO_CONTENT] * 2
        else:
            _assert_same_refusal(route, *answers)
    assert world.owned() == before
    played = world.api.as_client(VICTIM, "GET", recording_path(VICTIM, CALL, RECORDING))
    assert played.data == world.audio


def test_lists_hold_only_what_a_limited_key_may_see(world: World) -> None:
    def ids(end: str, key: str) -> set[str]:
        answer = world.api.request("GET", f"/v1/clients/{VICTIM}/{end}", key)
        return {item["id"] for item in answer.get_json()["items"]}

    covered = world.api.client_key(VICTIM, [LICENCE])
    assert ids("licences", world.limited) == {OTHER_LICENCE}
    assert ids("calls", world.limited) == ids(f"records/{CATEGORY}", world.limited) == set()
    assert ids(f"calls?licence_id={LICENCE}", world.limited) == set()
    assert ids("calls?number=%2B33612345678", world.limited) == set()
    assert ids("calls", covered) == ids(f"calls?licence_id={LICENCE}", covered) == {CALL}


def test_a_limited_key_may_not_change_licences_not_even_its_own(world: World) -> None:
    path = f"/v1/clients/{VICTIM}/licences"
    requests = [
        ("POST", path, {"id": "new", "label": "New", "kind": "agent"}),
        ("PATCH", f"{path}/{OTHER_LICENCE}", {"label": "Changed"}),
        ("DELETE", f"{path}/{OTHER_LICENCE}", None),
    ]
    for method, where, body in requests:
        answer = world.api.request(method, where, world.limited, json=body)
        assert answer.status_code == HTTPStatus.FORBIDDEN, method
        assert answer.get_json()["type"].endswith(":licence-limited")


def test_a_deletion_by_another_client_leaves_the_data_there(world: World) -> None:
    for path in (recording_path(VICTIM, CALL), f"/v1/clients/{VICTIM}/calls/{CALL}"):
        answer = world.api.request("DELETE", path, world.stranger)
        assert answer.status_code == HTTPStatus.NOT_FOUND
    played = world.api.as_client(VICTIM, "GET", recording_path(VICTIM, CALL))
    assert played.data == world.audio


def test_the_same_call_id_of_two_clients_is_two_calls(world: World) -> None:
    world.api.put_call(STRANGER, CALL, world.api.call(note="the stranger's own"))
    path = f"/v1/clients/{STRANGER}/calls/{CALL}"
    assert world.api.as_client(STRANGER, "GET", path).get_json()["note"] == "the stranger's own"
    assert world.api.as_client(STRANGER, "DELETE", path).status_code == HTTPStatus.NO_CONTENT
    path = f"/v1/clients/{VICTIM}/calls/{CALL}"
    assert world.api.as_client(VICTIM, "GET", path).get_json()["note"] == "private"


def test_a_certificate_and_a_preview_of_another_client_do_not_exist(
    world: World, services: Services
) -> None:
    world.api.put_call(VICTIM, "call-erased", world.api.call())
    world.api.as_client(VICTIM, "DELETE", f"/v1/clients/{VICTIM}/calls/call-erased")
    world.api.clock.advance(seconds=1)
    services.sweeps.run("test")
    own = world.api.as_client(VICTIM, "GET", "/v1/erasures").get_json()["items"]
    path = f"/v1/erasures/{own[0]['id']}"
    assert world.api.as_client(VICTIM, "GET", path).status_code == HTTPStatus.OK
    foreign = world.api.request("GET", path, world.stranger)
    absent = world.api.request(
        "GET", "/v1/erasures/00000000-0000-0000-0000-000000000000", world.stranger
    )
    assert (foreign.status_code, foreign.data) == (HTTPStatus.NOT_FOUND, absent.data)
    seen = world.api.request("GET", "/v1/erasures", world.stranger).get_json()["items"]
    assert not {one["id"] for one in own} & {one["id"] for one in seen}
    preview = "/v1/retention/preview?on=2030-01-01&client="
    foreign = world.api.request("GET", preview + VICTIM, world.stranger)
    absent = world.api.request("GET", preview + "nobody", world.stranger)
    assert (foreign.status_code, foreign.data) == (HTTPStatus.NOT_FOUND, absent.data)


_STAFF_ROUTES = [
    f"/v1/clients/{VICTIM}/calls",
    f"/v1/clients/{VICTIM}/calls/{CALL}",
    recording_path(VICTIM, CALL),
    recording_path(VICTIM, CALL, RECORDING),
]


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"Access-Purpose": "support"},
        {"Access-Reference": "ticket 1"},
        {"Access-Purpose": "curiosity", "Access-Reference": "ticket 1"},
        {"Access-Purpose": "support", "Access-Reference": ""},
        {"Access-Purpose": "support", "Access-Reference": "   "},
    ],
)
def test_staff_who_state_no_purpose_or_reference_are_refused(
    world: World, stated: dict[str, str]
) -> None:
    for path in _STAFF_ROUTES:
        answer = world.api.as_("support", "GET", path, headers=stated)
        assert answer.status_code == HTTPStatus.FORBIDDEN, path
        assert answer.get_json()["type"].endswith(":access-purpose-missing")


@pytest.mark.parametrize("purpose", ["support", "restore", "dispute"])
def test_what_staff_open_is_logged_with_purpose_and_reference(world: World, purpose: str) -> None:
    headers = {"Access-Purpose": purpose, "Access-Reference": f"ticket {purpose}"}
    for path in _STAFF_ROUTES[:2]:
        answer = world.api.as_("support", "GET", path, headers=headers)
        assert answer.status_code == HTTPStatus.OK, path
    logged = [
        (entry["action"], entry["details"]["purpose"])
        for entry in _entries(world.api)
        if entry["details"].get("reference") == f"ticket {purpose}"
    ]
    assert logged == [("calls.searched", purpose), ("call.read", purpose)]


def test_what_staff_play_is_logged_and_what_they_were_refused_too(world: World) -> None:
    path = recording_path(VICTIM, CALL)
    assert world.api.as_("support", "GET", path, headers=STAFF).data == world.audio
    world.api.as_("support", "GET", path)
    opened, refused = _entries(world.api)[-2:]
    assert opened["action"] == "recording.opened"
    assert opened["details"]["reference"] == STAFF["Access-Reference"]
    assert refused["action"] == "access.denied"
    assert refused["details"]["slug"] == "access-purpose-missing"


def _limited(routes: list[Route]) -> Iterator[Route]:
    for route in routes:
        method = "GET" if route.method == "HEAD" else route.method
        if (method, route.rule) not in LIMITED_MAY:
            yield route


def _assert_same_refusal(route: Route, foreign: TestResponse, absent: TestResponse) -> None:
    assert foreign.status_code == HTTPStatus.NOT_FOUND, route
    assert (foreign.status_code, foreign.data) == (absent.status_code, absent.data), route
    varying = re.compile("X-Request-Id", re.IGNORECASE)
    assert {k: v for k, v in foreign.headers if not varying.match(k)} == {
        k: v for k, v in absent.headers if not varying.match(k)
    }, route


def _entries(api: Api) -> list[dict[str, Any]]:
    items = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").get_json()["items"]
    return [item["detail"] for item in items]
