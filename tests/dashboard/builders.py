"""What the tests of the dashboard look at: answers over HTTP."""

from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from tests.builders import Api


def new_client(api: Api, **more: Any) -> str:
    """A client that no other test has."""
    return api.create_client(f"client-{uuid4().hex[:8]}", **more)


def accesses(api: Api, client: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/accesses", query_string=query)
    assert answer.status_code == 200
    return answer.json["items"]


def all_accesses(api: Api, client: str, limit: int, **query: Any) -> list[dict[str, Any]]:
    """Read page after page."""
    found: list[dict[str, Any]] = []
    path = f"/v1/clients/{client}/accesses"
    while True:
        sent = {**query, "limit": limit}
        answer = api.as_client(client, "GET", path, query_string=sent).json
        assert len(answer["items"]) <= limit
        found += answer["items"]
        if answer["next"] is None:
            return found
        query["cursor"] = answer["next"]


def end_contract(api: Api, client: str, ended_on: str) -> None:
    body = {"ended_on": ended_on, "keep_account": False}
    answer = api.as_("admin", "POST", f"/v1/clients/{client}/contract-end", json=body)
    assert answer.status_code == 201


def contract_end(api: Api, client: str) -> dict[str, Any]:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/contract-end")
    assert answer.status_code == 200, answer.json
    return answer.json


def confirm(api: Api, client: str, export_id: str, **body: Any) -> TestResponse:
    path = f"/v1/clients/{client}/contract-end/confirmation"
    return api.as_client(client, "POST", path, json={"export_id": export_id, **body})


def make_package(api: Api, client: str, kind: str = "reversibility", **wish: Any) -> str:
    """Have a package made; returns the id of the export."""
    path = f"/v1/clients/{client}/exports"
    answer = api.as_client(client, "POST", path, json={"kind": kind, **wish})
    assert answer.status_code == 201
    return answer.json["id"]


def fetch_package(api: Api, client: str, export_id: str, **headers: str) -> TestResponse:
    path = f"/v1/clients/{client}/exports/{export_id}/package"
    answer = api.as_client(client, "GET", path, headers=headers)
    assert answer.data  # it is sent as it is read
    return answer


def take_package(api: Api, client: str, kind: str = "reversibility", **wish: Any) -> str:
    """Have a package made, and take all of it; returns the id of the export."""
    export_id = make_package(api, client, kind, **wish)
    assert fetch_package(api, client, export_id).status_code == 200
    return export_id
