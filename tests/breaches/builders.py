"""Records breaches and lets them take steps."""

from datetime import datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from tests.builders import Api

BREACHES = "/v1/breaches"
CLIENT, OTHER = "cabinet-durand", "clinique-petit"
RIGHT_NOW = timedelta()
CIRCUMSTANCES = "Un disque dur a été volé dans le local technique."
UNREADABLE = {"is": True, "reason": "AES-256-GCM, keys kept elsewhere and not compromised"}


class BreachDesk:
    """The DPO's desk; methods return the answer, `recorded` the breach's path."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def record(self, ago: timedelta = RIGHT_NOW, role: str = "dpo", **body: Any) -> TestResponse:
        sent = {
            "detected_at": (self.api.clock.now() - ago).isoformat(),
            "nature": ["confidentiality"],
            "circumstances": CIRCUMSTANCES,
            "clients": [CLIENT],
            "categories": ["numéros appelés", "enregistrements"],
            "likely_consequences": "Divulgation de conversations.",
            "measures": "Accès coupés, plainte déposée.",
            **body,
        }
        return self.api.as_(role, "POST", BREACHES, json=sent)

    def recorded(self, ago: timedelta = RIGHT_NOW, **body: Any) -> str:
        answer = self.record(ago, **body)
        assert answer.status_code == 201, answer.json
        return f"{BREACHES}/{answer.json['id']}"

    def update(self, path: str, **body: Any) -> TestResponse:
        return self.api.as_("dpo", "PATCH", path, json=body)

    def send(self, path: str, to: str, **body: Any) -> TestResponse:
        sent = {"to": to, "sent_at": self.now(), "channel": "email", **body}
        return self.api.as_("dpo", "POST", f"{path}/notices", json=sent)

    def close(self, path: str, outcome: str = "handled") -> TestResponse:
        body = {"outcome": outcome, "summary": "Tout a été fait."}
        return self.api.as_("dpo", "POST", f"{path}/close", json=body)

    def show(self, path: str) -> dict[str, Any]:
        answer = self.api.as_("dpo", "GET", path)
        assert answer.status_code == 200, answer.json
        found: dict[str, Any] = answer.json
        return found

    def states(self, path: str) -> dict[str, str]:
        return {name: clock["state"] for name, clock in self.show(path)["clocks"].items()}

    def draft(self, path: str, notice: str, language: str = "fr", **query: str) -> str:
        asked = {"language": language, **query}
        answer = self.api.as_("dpo", "GET", f"{path}/drafts/{notice}", query_string=asked)
        assert answer.status_code == 200, answer.json
        return str(answer.json["text"])

    def told(self, client: str) -> list[dict[str, Any]]:
        """What a client finds."""
        answer = self.api.as_client(client, "GET", f"/v1/clients/{client}/breaches")
        assert answer.status_code == 200, answer.json
        found: list[dict[str, Any]] = answer.json["items"]
        return found

    def told_of(self, client: str, path: str) -> dict[str, Any] | None:
        """What a client finds of one breach."""
        return next((one for one in self.told(client) if one["id"] in path), None)

    def now(self) -> str:
        return self.api.clock.now().isoformat()

    def at(self, text: str) -> None:
        """Move the clock to a time."""
        self.api.clock.set(datetime.fromisoformat(text))
