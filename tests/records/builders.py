"""Speaks to the service about records."""

from datetime import timedelta
from typing import Any

from werkzeug.test import TestResponse

from tests.builders import STAFF, Api

NOTE = {"text": "rappeler demain"}
NOW = timedelta()


def record_path(client: str, category: str, record: str = "", end: str = "") -> str:
    parts = ["/v1/clients", client, "records", category, record, end]
    return "/".join(part for part in parts if part)


class RecordApi(Api):
    """Hands in, reads and moves records; `role` is that of the caller, or `client`."""

    def by(self, role: str, client: str, method: str, path: str, **more: Any) -> TestResponse:
        if role == "client":
            return self.as_client(client, method, path, **more)
        if role in ("dpo", "support", "legal") and method in ("GET", "HEAD"):
            more["headers"] = {**STAFF, **more.get("headers", {})}
        return self.as_(role, method, path, **more)

    def body(self, data: Any = None, ago: timedelta = NOW, **more: Any) -> dict[str, Any]:
        occurred_at = (self.clock.now() - ago).isoformat()
        return {"occurred_at": occurred_at, "data": NOTE if data is None else data, **more}

    def put(
        self,
        client: str,
        category: str,
        record: str,
        data: Any = None,
        role: str = "platform",
        **more: Any,
    ) -> TestResponse:
        body = self.body(data, **more)
        return self.by(role, client, "PUT", record_path(client, category, record), json=body)

    def stored(self, client: str, category: str, record: str, *args: Any, **more: Any) -> str:
        """Store a record; return its id."""
        answer = self.put(client, category, record, *args, **more)
        assert answer.status_code == 201, answer.get_json()
        return record

    def get(
        self, client: str, category: str, record: str, role: str = "client", end: str = ""
    ) -> TestResponse:
        return self.by(role, client, "GET", record_path(client, category, record, end))

    def listed(
        self, client: str, category: str, query: str = "", role: str = "client"
    ) -> list[str]:
        """The ids of a list, all pages."""
        path, found = record_path(client, category), []
        cursor = ""
        while cursor is not None:
            answer = self.by(role, client, "GET", f"{path}?{query}{cursor}")
            assert answer.status_code == 200, answer.get_json()
            found += [item["id"] for item in answer.get_json()["items"]]
            more = answer.get_json()["next"]
            cursor = more and f"&cursor={more}"
        return found

    def delete(
        self, client: str, category: str, record: str, role: str = "client", end: str = ""
    ) -> TestResponse:
        return self.by(role, client, "DELETE", record_path(client, category, record, end))

    def event(
        self, client: str, category: str, record: str, event: str, role: str = "client", **more: Any
    ) -> TestResponse:
        path = record_path(client, category, record, "events")
        return self.by(role, client, "POST", path, json={"event": event, **more})

    def put_content(
        self, client: str, category: str, record: str, content: bytes, **more: Any
    ) -> TestResponse:
        sent = {"content_type": "audio/wav", "data": content, **more}
        path = record_path(client, category, record, "content")
        return self.as_("platform", "PUT", path, **sent)
