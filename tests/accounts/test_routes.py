"""API keys: issued, listed, revoked."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import to_text
from tests.builders import Api, MovableClock, raw_documents

CLIENT = "maison-dupont"
LABEL = "Standard de Mme Dupont"


@pytest.fixture(scope="module", autouse=True)
def client(api: Api) -> str:
    return api.create_client(CLIENT)


def issue(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.as_("admin", "POST", "/v1/api-keys", json={"label": LABEL, **body})
    assert answer.status_code == HTTPStatus.CREATED, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def listed(api: Api) -> dict[str, dict[str, Any]]:
    items = api.as_("admin", "GET", "/v1/api-keys?limit=500").get_json()["items"]
    return {item["id"]: item for item in items}


def test_a_key_is_shown_once(api: Api) -> None:
    issued = issue(api, role="client", client_id=CLIENT, licence_ids=["licence-1"])
    key = issued.pop("key")
    assert api.request("GET", f"/v1/clients/{CLIENT}", key).status_code == HTTPStatus.OK
    assert listed(api)[issued["id"]] == {
        **issued,
        "role": "client",
        "client_id": CLIENT,
        "licence_limited": True,
        "label": LABEL,
        "last_used_at": to_text(api.clock.now()),
    }
    assert key not in api.as_("admin", "GET", "/v1/api-keys").text


def test_only_a_hash_of_a_key_is_stored_and_its_label_is_sealed(
    api: Api, services: Services
) -> None:
    issued = issue(api, role="client", client_id=CLIENT)
    secret = issued["key"].split("_", 2)[2]
    raw = raw_documents(services.databases)
    assert UUID(issued["id"]).bytes in raw  # the search does find what is there
    assert secret.encode() not in raw
    assert secret.encode()[:16] not in raw
    assert b"Dupont" not in raw


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "role"),
        ({"role": "root"}, "role"),
        ({"role": "admin", "label": None}, "label"),
        ({"role": "admin", "label": "x" * 201}, "label"),
        ({"role": "client"}, "client_id"),
        ({"role": "client", "client_id": "nobody"}, "client_id"),
        ({"role": "client", "client_id": CLIENT, "licence_ids": []}, "licence_ids"),
        ({"role": "client", "client_id": CLIENT, "licence_ids": ["nothing"]}, "licence_ids"),
        ({"role": "platform", "client_id": CLIENT}, "client_id"),
        ({"role": "platform", "licence_ids": ["licence-1"]}, "licence_ids"),
        ({"role": "admin", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"role": "admin", "expires_at": "2040-01-01T00:00:00"}, "expires_at"),
        ({"role": "admin", "secret": "mine"}, "secret"),
    ],
)
def test_a_wrong_field_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.as_("admin", "POST", "/v1/api-keys", json={"label": LABEL, **body})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == [field]


def test_a_revoked_key_is_refused_at_once_and_listed_as_revoked(api: Api) -> None:
    issued = issue(api, role="dpo")
    path = f"/v1/api-keys/{issued['id']}"
    assert api.request("GET", "/v1/clients", issued["key"]).status_code == HTTPStatus.OK
    assert api.as_("admin", "DELETE", path).status_code == HTTPStatus.NO_CONTENT
    assert api.request("GET", "/v1/clients", issued["key"]).status_code == 401
    assert listed(api)[issued["id"]]["revoked_at"] == to_text(api.clock.now())


def test_revoking_again_changes_nothing(api: Api, clock: MovableClock) -> None:
    issued = issue(api, role="dpo")
    path = f"/v1/api-keys/{issued['id']}"
    api.as_("admin", "DELETE", path)
    before = listed(api)[issued["id"]]
    clock.advance(minutes=5)
    assert api.as_("admin", "DELETE", path).status_code == HTTPStatus.NO_CONTENT
    assert listed(api)[issued["id"]] == before


def test_a_key_that_never_was_cannot_be_revoked(api: Api) -> None:
    for key_id in ("00000000-0000-0000-0000-000000000000", "garbage"):
        answer = api.as_("admin", "DELETE", f"/v1/api-keys/{key_id}")
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_key_works_until_the_moment_it_expires(api: Api, clock: MovableClock) -> None:
    expires_at = clock.now() + timedelta(hours=1)
    key = issue(api, role="dpo", expires_at=expires_at.isoformat())["key"]
    clock.set(expires_at - timedelta(milliseconds=1))
    assert api.request("GET", "/v1/clients", key).status_code == HTTPStatus.OK
    clock.set(expires_at)
    assert api.request("GET", "/v1/clients", key).status_code == HTTPStatus.UNAUTHORIZED


def test_the_last_use_is_written_at_most_once_a_minute(api: Api, clock: MovableClock) -> None:
    issued = issue(api, role="dpo")

    def last_use_after(**duration: float) -> datetime:
        clock.advance(**duration)
        api.request("GET", "/v1/clients", issued["key"])
        return datetime.fromisoformat(listed(api)[issued["id"]]["last_used_at"])

    assert listed(api)[issued["id"]]["last_used_at"] is None
    first = last_use_after(seconds=1)
    assert first == clock.now()
    assert last_use_after(seconds=30) == first
    assert last_use_after(seconds=29) == first
    assert last_use_after(seconds=1) == first + timedelta(minutes=1)


def test_keys_are_listed_page_by_page(api: Api) -> None:
    for number in range(5):
        issue(api, role="auditor", label=f"auditor {number}")
    found: list[str] = []
    path: str | None = "/v1/api-keys?limit=2"
    while path:
        page = api.as_("admin", "GET", path).get_json()
        assert len(page["items"]) <= 2
        found += [item["id"] for item in page["items"]]
        path = page["next"] and f"/v1/api-keys?limit=2&cursor={page['next']}"
    assert len(found) == len(set(found))
    assert set(found) == set(listed(api))


def test_keys_of_a_client_that_was_erased_are_still_listed(
    api: Api, services: Services, clock: MovableClock
) -> None:
    gone = api.create_client("short-lived")
    issued = issue(api, role="client", client_id=gone)
    end = {"ended_on": f"{clock.now():%Y-%m-%d}", "keep_account": False}
    api.as_("admin", "POST", f"/v1/clients/{gone}/contract-end", json=end)
    clock.advance(days=6 * 366)
    services.sweeps.run("test")
    assert listed(api)[issued["id"]]["client_id"] is None
    answer = api.request("GET", f"/v1/clients/{gone}", issued["key"])
    assert answer.status_code == HTTPStatus.NOT_FOUND
