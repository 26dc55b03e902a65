"""A client with recorded calls and records, and what restricts them."""

from typing import Any

from werkzeug.test import TestResponse

from tests.builders import Api, recording_path, tone

CALLER, OTHER = "+33612345678", "+33611111111"
REASON = {"reason": "accuracy_contested"}
DISPUTE = {"Access-Purpose": "dispute", "Access-Reference": "claim 12"}
AUDIO = tone(0.1)


class Desk(Api):
    """What a client sees of its own data, and does for persons."""

    client = ""

    def path(self, end: str) -> str:
        return f"/v1/clients/{self.client}/{end}"

    def does(self, method: str, end: str, **more: Any) -> TestResponse:
        return self.as_client(self.client, method, self.path(end), **more)

    def record_call(self, name: str, **changes: Any) -> None:
        """Hand in a call with its recording."""
        assert self.put_call(self.client, name, self.call(**changes)).status_code == 201
        assert self.put_recording(self.client, name, AUDIO).status_code == 201

    def note(self, name: str, subject: str | None = None) -> None:
        body = {
            "occurred_at": self.clock.now().isoformat(),
            "data": {"text": "rappeler demain"},
            "subject": subject,
            "licence_id": "licence-1",
        }
        assert self.does("PUT", f"records/call_note/{name}", json=body).status_code == 201

    def restrict(self, end: str) -> None:
        assert self.does("POST", f"{end}/restriction", json=REASON).status_code == 200

    def restrict_person(self, **person: str) -> None:
        body = {**REASON, **person}
        assert self.does("POST", "persons/restriction", json=body).status_code == 200

    def listed(self, end: str = "calls") -> set[str]:
        return {item["id"] for item in self.does("GET", end).json["items"]}

    def play(self, name: str, **more: Any) -> TestResponse:
        return self.as_client(self.client, "GET", recording_path(self.client, name), **more)


def is_restricted(answer: TestResponse) -> bool:
    return answer.status_code == 403 and answer.json["type"].endswith(":restricted")
