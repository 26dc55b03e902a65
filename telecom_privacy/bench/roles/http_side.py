"""Side D: the service over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from telecom_privacy.bench.calls import InventedCall, Seen, seen
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import Transport, send_json
from telecom_privacy.bench.roles.steps import ENTRIES, NEWEST
from telecom_privacy.demo.caller import Answer
from telecom_privacy.http.access import ApiRole

_MOST = 50


class HttpSide:
    """As `ServiceSide`, with an API key for each of those who act."""

    name = "D"

    def __init__(self, transport: Transport, keys: Mapping[ApiRole, str], path: str) -> None:
        """`path` is that of the client."""
        self._transport = transport
        self._keys = keys
        self._path = path

    def create(self, call: InventedCall) -> None:
        self._send(ApiRole.PLATFORM, "PUT", f"/calls/{call.id}", (201,), call.body())

    def read(self, call_id: str) -> Seen:
        return seen(self._send(ApiRole.CLIENT, "GET", f"/calls/{call_id}", (200,)).json())

    def read_subject(self, number: str) -> list[Seen]:
        return self._found(number=number, limit=_MOST)

    def read_licence(self, licence: str) -> list[Seen]:
        return self._found(licence_id=licence, limit=NEWEST)

    def may_record(self, licence: str, number: str) -> bool:
        query = urlencode({"licence_id": licence, "number": number})
        answer = self._send(ApiRole.PLATFORM, "GET", f"/recording-policy?{query}", (200,))
        return bool(answer.json()["record"])

    def change(self, call_id: str, note: str, tags: tuple[str, ...]) -> None:
        body = {"note": note, "tags": list(tags)}
        shown = self._send(ApiRole.CLIENT, "PATCH", f"/calls/{call_id}", (200,), body).json()
        if (shown["note"], tuple(shown["tags"])) != (note, tags):
            raise WrongAnswer("side D did not take a change")

    def delete(self, call_id: str) -> None:
        self._send(ApiRole.CLIENT, "DELETE", f"/calls/{call_id}", (204,))

    def is_gone(self, call_id: str) -> bool:
        answer = self._send(ApiRole.CLIENT, "GET", f"/calls/{call_id}", (200, 404, 410))
        return answer.status != 200

    def entries(self, start: int) -> int:
        path = f"/v1/audit/entries?from={start}&count={ENTRIES}"
        answer = self._transport.send("GET", path, self._keys[ApiRole.DPO])
        return len(_expected(answer, (200,)).json()["items"])

    def _found(self, **query: Any) -> list[Seen]:
        answer = self._send(ApiRole.CLIENT, "GET", f"/calls?{urlencode(query)}", (200,))
        return [seen(call) for call in answer.json()["items"]]

    def _send(
        self,
        role: ApiRole,
        method: str,
        path: str,
        statuses: Sequence[int],
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        key, whole = self._keys[role], self._path + path
        if body is None:
            return _expected(self._transport.send(method, whole, key), statuses)
        return _expected(send_json(self._transport, method, whole, key, body), statuses)


def _expected(answer: Answer, statuses: Sequence[int]) -> Answer:
    if answer.status not in statuses:
        raise WrongAnswer(f"side D was answered {answer.status}")
    return answer
