"""Enters requests of persons and lets them take steps."""

from datetime import datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from tests.builders import Api

REQUESTS = "/v1/rights-requests"
PERSON = "+33612345678"
CONTACT = "personne@example.org"
RIGHT_NOW = timedelta()


class Desk:
    """The DPO's desk; methods return the answer, `received` and `verified` the request's path."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def receive(self, ago: timedelta = RIGHT_NOW, role: str = "dpo", **body: Any) -> TestResponse:
        sent = {
            "kind": "access",
            "subject": PERSON,
            "contact": CONTACT,
            "received_at": (self.api.clock.now() - ago).isoformat(),
            **body,
        }
        return self.api.as_(role, "POST", REQUESTS, json=sent)

    def received(self, ago: timedelta = RIGHT_NOW, **body: Any) -> str:
        answer = self.receive(ago, **body)
        assert answer.status_code == 201, answer.json
        return f"{REQUESTS}/{answer.json['id']}"

    def verified(self, ago: timedelta = RIGHT_NOW, **body: Any) -> str:
        path = self.received(ago, **body)
        assert self.take(path, "identity", how="call-back", outcome="verified").status_code == 200
        return path

    def take(self, path: str, step: str, **body: Any) -> TestResponse:
        return self.api.as_("dpo", "POST", f"{path}/{step}", json=body)

    def show(self, path: str) -> dict[str, Any]:
        answer = self.api.as_("dpo", "GET", path)
        assert answer.status_code == 200, answer.json
        found: dict[str, Any] = answer.json
        return found

    def letter(self, path: str, language: str = "en") -> str:
        answer = self.api.as_("dpo", "GET", f"{path}/letter?language={language}")
        return str(answer.json["text"])

    def paths(self, query: str = "") -> set[str]:
        """The requests of a list."""
        answer = self.api.as_("dpo", "GET", f"{REQUESTS}?limit=500&{query}")
        assert answer.status_code == 200, answer.json
        return {f"{REQUESTS}/{item['id']}" for item in answer.json["items"]}

    def at(self, text: str) -> None:
        """Move the clock to a time."""
        self.api.clock.set(datetime.fromisoformat(text))
