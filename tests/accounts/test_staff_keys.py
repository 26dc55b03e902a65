"""A client makes keys for its own staff; none of them sees more than the key that made it."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole
from tests.builders import Api, MovableClock

Answer = dict[str, Any]


@pytest.fixture
def client(api: Api) -> str:
    """A client that no other test has, with two licences."""
    return api.create_client(f"client-{uuid4().hex[:8]}", licences=("licence-1", "licence-2"))


def path(client: str, key_id: str = "") -> str:
    return f"/v1/clients/{client}/api-keys" + (f"/{key_id}" if key_id else "")


def issue(api: Api, client: str, **body: Any) -> Answer:
    wanted = {"licence_ids": ["licence-1"], "label": "Accueil", **body}
    answer = api.as_client(client, "POST", path(client), json=wanted)
    assert answer.status_code == 201, answer.json
    return answer.json


def listed(api: Api, client: str) -> dict[str, Answer]:
    items = api.as_client(client, "GET", path(client)).json["items"]
    return {item["id"]: item for item in items}


def test_a_limited_key_makes_lists_and_revokes_none(api: Api, client: str) -> None:
    made = issue(api, client)
    body = {"licence_ids": ["licence-1"], "label": "Another"}
    for method, where in (
        ("POST", path(client)),
        ("GET", path(client)),
        ("DELETE", path(client, made["id"])),
    ):
        answer = api.request(method, where, made["key"], json=body if method == "POST" else None)
        assert answer.status_code == HTTPStatus.FORBIDDEN, method
        assert answer.json["type"].endswith(":licence-limited")


def test_another_client_neither_makes_nor_revokes_them(api: Api, client: str) -> None:
    other = api.create_client(f"client-{uuid4().hex[:8]}")
    made = issue(api, client)
    body = {"licence_ids": ["licence-1"], "label": "Foreign"}
    assert api.as_client(other, "POST", path(client), json=body).status_code == 404
    assert api.as_client(other, "DELETE", path(client, made["id"])).status_code == 404
    assert api.as_client(other, "DELETE", path(other, made["id"])).status_code == 404
    assert listed(api, client)[made["id"]]["revoked_at"] is None


def test_a_key_sees_its_licences_and_no_others(api: Api, client: str) -> None:
    key = issue(api, client)["key"]
    for call, licence in (("call-1", "licence-1"), ("call-2", "licence-2")):
        assert api.put_call(client, call, api.call(licence_id=licence)).status_code == 201
    found = api.request("GET", f"/v1/clients/{client}/calls", key).json["items"]
    assert [one["id"] for one in found] == ["call-1"]
    assert api.request("GET", f"/v1/clients/{client}/accesses", key).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"label": "without licences"},
        {"label": "no licence at all", "licence_ids": []},
        {"label": "an unknown licence", "licence_ids": ["absent"]},
        {"label": "another role", "licence_ids": ["licence-1"], "role": "admin"},
        {"label": "another client", "licence_ids": ["licence-1"], "client_id": "another"},
        {"label": "past", "licence_ids": ["licence-1"], "expires_at": "2020-01-01T00:00:00Z"},
    ],
    ids=lambda body: body["label"],
)
def test_what_would_reach_further_is_refused(api: Api, client: str, body: dict[str, Any]) -> None:
    answer = api.as_client(client, "POST", path(client), json=body)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_key_does_not_outlive_the_key_that_made_it(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    accounts: AccountService = services.accounts
    end = clock.now() + timedelta(days=2)
    _, whole = accounts.issue("test", ApiRole.CLIENT, "whole", client, expires_at=end)

    def ask(expires_at: str | None) -> Any:
        body = {"licence_ids": ["licence-1"], "label": "Accueil", "expires_at": expires_at}
        return api.request("POST", path(client), whole, json=body)

    later = (end + timedelta(seconds=1)).isoformat()
    sooner = (end - timedelta(days=1)).isoformat()
    assert ask(later).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ask(None).json["expires_at"] == ask(end.isoformat()).json["expires_at"]
    assert ask(sooner).status_code == HTTPStatus.CREATED


def test_the_list_names_labels_and_licences_and_no_key(api: Api, client: str) -> None:
    made = issue(api, client, licence_ids=["licence-2", "licence-1"])
    found = listed(api, client)
    assert found[made["id"]] == {name: made[name] for name in made if name != "key"}
    assert made["licence_ids"] == ["licence-1", "licence-2"]
    assert {item["licence_ids"] is None for item in found.values()} == {True, False}
    assert api.as_client(client, "DELETE", f"/v1/clients/{client}/licences/licence-2")
    assert listed(api, client)[made["id"]]["licence_ids"] == ["licence-1"]


def test_a_revoked_key_is_refused(api: Api, client: str) -> None:
    made = issue(api, client)
    assert api.as_client(client, "DELETE", path(client, made["id"])).status_code == 204
    assert api.request("GET", f"/v1/clients/{client}/calls", made["key"]).status_code == 401
    assert listed(api, client)[made["id"]]["revoked_at"] is not None


def test_making_and_revoking_are_logged_for_their_client(
    api: Api, services: Services, client: str
) -> None:
    made = issue(api, client)
    api.as_client(client, "DELETE", path(client, made["id"]))
    size = services.audit.size()
    entries = services.audit.entries(max(size - 20, 0), 20, lambda _: True)
    said = [
        (entry.detail["action"], entry.detail["client"] is not None)
        for entry in entries
        if entry.detail and entry.detail["details"].get("api_key") == made["id"]
    ]
    assert said == [("api-key.issued", True), ("api-key.revoked", True)]
