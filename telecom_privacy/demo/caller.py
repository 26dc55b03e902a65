"""Speaks HTTP to the service, as the platform, the portal and the operator's staff do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from telecom_privacy.demo.errors import ClaimFailed

JSON = "application/json"
NDJSON = "application/x-ndjson"
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller with its API key, or with none. Every method raises `ClaimFailed`."""

    host: str
    port: int
    key: str | None = None

    def with_key(self, key: str) -> "Caller":
        return Caller(self.host, self.port, key)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and read the whole answer, whatever its status."""
        sent = dict(headers or {})
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        connection = HTTPConnection(self.host, self.port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        except (OSError, HTTPException) as error:
            raise ClaimFailed("the service does not answer") from error
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Read what is there; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.send("GET", path, headers=named)
        return _expected(answer, "GET", path, (200, 206))

    def put(
        self,
        path: str,
        body: bytes,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        answer = self.send("PUT", path, body, {"Content-Type": media_type, **(headers or {})})
        return _expected(answer, "PUT", path, (201,)).json()

    def put_json(self, path: str, value: Mapping[str, Any]) -> Any:
        return self.put(path, json.dumps(value).encode(), JSON)

    def post(self, path: str, body: bytes, media_type: str) -> Any:
        answer = self.send("POST", path, body, {"Content-Type": media_type})
        return _expected(answer, "POST", path, (200, 201, 202)).json()

    def post_json(self, path: str, value: Mapping[str, Any]) -> Any:
        return self.post(path, json.dumps(value).encode(), JSON)


def _expected(answer: Answer, method: str, path: str, statuses: tuple[int, ...]) -> Answer:
    if answer.status not in statuses:
        raise ClaimFailed(f"{method} {path} was answered {answer.status}")
    return answer
