"""What the tests of the dashboard look at: answers over HTTP."""

from typing import Any
from uuid import uuid4

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
