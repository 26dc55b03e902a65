"""A webhook as its owner uses it, over HTTP."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from telecom_privacy.notices.model import SUBSCRIBABLE
from tests.builders import Api
from tests.notices.receiver import Receiver

ALL = [kind.value for kind in SUBSCRIBABLE]


@dataclass
class Hook:
    """`path` is that of the owner's webhooks, `key` the owner's API key."""

    api: Api
    path: str
    key: str
    made: dict[str, Any]

    def send(self, method: str, end: str = "", **more: Any) -> TestResponse:
        path = f"{self.path}/{self.made['id']}{end}"
        return self.api.request(method, path, self.key, **more)

    def deliveries(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.send("GET", f"/deliveries{query}")
        assert answer.status_code == 200, answer.json
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items


def of_client(api: Api, client: str, receiver: Receiver, events: list[str] = ALL) -> Hook:
    return _made(api, f"/v1/clients/{client}/webhooks", api.client_key(client), receiver, events)


def of_operator(api: Api, receiver: Receiver, events: list[str] = ALL) -> Hook:
    return _made(api, "/v1/webhooks", api.key("admin"), receiver, events)


def _made(api: Api, path: str, key: str, receiver: Receiver, events: list[str]) -> Hook:
    body = {"url": receiver.url, "events": events, "label": "portal"}
    answer = api.request("POST", path, key, json=body)
    assert answer.status_code == 201, answer.json
    return Hook(api, path, key, answer.get_json())


def read(request: tuple[dict[str, str], bytes], secret: str) -> dict[str, Any]:
    """Verify a notice as Standard Webhooks 1.0.0 says, and return its content."""
    headers, body = request
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert f"v1,{signature}" in headers["webhook-signature"].split(" ")
    found: dict[str, Any] = json.loads(body)
    assert found.keys() == {"type", "timestamp", "data"}
    return found


def types(receiver: Receiver) -> list[str]:
    """What was received, in its order."""
    return [json.loads(body)["type"] for _, body in receiver.received]
