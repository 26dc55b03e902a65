"""Nothing that the service writes down about its requests says who called whom, or holds a key."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.logs import JsonFormatter
from tests.builders import NDJSON, STAFF, Api, MovableClock, recording_path, tone

CLIENT, LICENCE, CALL, RECORDING = "maison-dupont", "poste-martin", "appel-durand", "bande-petit"
CALLER, CALLED = "+33612345678", "+33187654321"
NAME, NOTE, REFERENCE = "Madame Lefebvre", "rappeler au sujet du divorce", "ticket Moreau"
PRIVATE = (CLIENT, LICENCE, CALL, RECORDING, "612345678", "187654321", NAME, "Lefebvre", "divorce")
PRIVATE += (REFERENCE, "Cabinet Exemple", "dupont@example.org", "Agent of", "surprise-girard")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that any logger writes, at the most talkative level, formatted as in production."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("pymongo").setLevel(logging.ERROR)  # as `configure_logging` does
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def session(api: Api, services: Services) -> list[str]:
    """A day of calls, good and bad; returns the API keys that were used."""
    api.create_client(CLIENT, licences=(LICENCE,), contact={"email": "dupont@example.org"})
    keys = [api.client_key(CLIENT), *(api.key(role) for role in ("platform", "admin", "support"))]
    _hand_in(api)
    _read(api)
    _misuse(api, keys)
    _break(api, services)
    return keys


def _body(api: Api, **changes: Any) -> dict[str, Any]:
    parties = {"from": CALLER, "to": CALLED, "caller_name": NAME, "note": NOTE}
    return api.call(**{"licence_id": LICENCE, **parties, **changes})


def _hand_in(api: Api) -> None:
    assert api.put_call(CLIENT, CALL, _body(api)).status_code == HTTPStatus.CREATED
    assert api.put_call(CLIENT, CALL, _body(api, note=NAME)).status_code == HTTPStatus.CONFLICT
    assert api.put_recording(CLIENT, CALL, tone(), RECORDING).status_code == HTTPStatus.CREATED
    lines = [json.dumps({"call_id": NAME, **_body(api)}), f'{{"call_id": "{NAME}", "from": 1}}']
    api.as_(
        "platform",
        "POST",
        f"/v1/clients/{CLIENT}/calls",
        data="\n".join(lines),
        content_type=NDJSON,
    )


def _read(api: Api) -> None:
    path = f"/v1/clients/{CLIENT}/calls"
    searched = f"{path}?number={quote(CALLER)}&licence_id={LICENCE}"
    assert api.as_client(CLIENT, "GET", searched).get_json()["items"]
    stated = {**STAFF, "Access-Reference": REFERENCE}
    assert api.as_("support", "GET", f"{path}/{CALL}", headers=stated).status_code == HTTPStatus.OK
    assert api.as_client(CLIENT, "GET", recording_path(CLIENT, CALL, RECORDING)).data
    api.as_client(CLIENT, "PATCH", f"{path}/{CALL}", json={"note": NAME})
    api.as_client(CLIENT, "DELETE", f"{path}/{quote(NAME)}")


def _misuse(api: Api, keys: list[str]) -> None:
    path = f"/v1/clients/{CLIENT}/calls/{CALL}"
    for method in ("GET", "PUT", CALLER, NAME.replace(" ", "")):
        api.request(method, f"/{CALLER}/{quote(NAME)}?key={keys[0]}", keys[0])
        api.request(method, path, keys[0] + "x")
    api.as_("platform", "PUT", path, data=f"{{{NOTE}", content_type="application/json")
    api.as_("platform", "PUT", path, json={**_body(api), "surprise-girard": CALLER})
    api.as_("platform", "PUT", path, data=NOTE, content_type=f"text/{quote(NAME)}")
    api.as_client(CLIENT, "GET", f"{path}s?number={quote(NAME)}&{CALLER}={NOTE}")
    api.as_("billing", "GET", f"{path}", headers={"Access-Reference": REFERENCE})


def _break(api: Api, services: Services) -> None:
    """Errors that nobody foresaw, on the way in, in the view and on the way out."""
    path = f"/v1/clients/{CLIENT}/calls/{CALL}"
    services.databases.bulk["calls"].update_many({}, {"$unset": {"payload": 1}})
    assert api.as_client(CLIENT, "GET", path).status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    app = create_app(services)

    def fail(*_: object) -> Any:
        raise LookupError(f"{CALLER} {NAME} {NOTE}")

    app.add_url_rule("/view/<name>", view_func=fail, endpoint="fail")
    assert app.test_client().get(f"/view/{quote(NAME)}").status_code == 500
    app.after_request_funcs.setdefault(None, []).append(fail)
    assert app.test_client().get(f"/healthz/{CALLER}").status_code == 500


def test_no_line_of_the_log_holds_personal_data_or_a_key(
    api: Api, services: Services, lines: io.StringIO
) -> None:
    keys = session(api, services)

    logged = lines.getvalue()
    assert logged.count('"message": "request"') > 20
    assert logged.count("LookupError") >= 2
    for value in (*PRIVATE, *(quote(value) for value in PRIVATE)):
        assert value.lower() not in logged.lower(), value
    for key in keys:
        assert key.split("_", 2)[2] not in logged


def test_every_line_of_a_request_is_json_with_its_request_id(
    api: Api, services: Services, lines: io.StringIO
) -> None:
    answer = api.as_("admin", "GET", "/v1/clients/unknown")
    services.databases.audit["clients"].insert_one({"token": b"broken", "created_at": None})
    broken = api.as_("admin", "GET", "/v1/clients")
    services.databases.audit["clients"].delete_one({"token": b"broken"})

    parsed = [json.loads(line) for line in lines.getvalue().splitlines()]
    ours = [line for line in parsed if line["logger"].startswith("telecom_privacy")]
    ids = [answer.headers["X-Request-Id"], *[broken.headers["X-Request-Id"]] * 2]
    assert [line["request_id"] for line in ours] == ids
    found, failed, last = ours
    assert (found["route"], found["status"]) == ("/v1/clients/<client>", HTTPStatus.NOT_FOUND)
    assert (last["route"], last["status"]) == ("/v1/clients", HTTPStatus.INTERNAL_SERVER_ERROR)
    assert failed["error"] == "KeyError"
    assert any("repository.py" in frame for frame in failed["frames"])


def test_a_line_that_a_service_writes_during_a_request_has_its_id(
    api: Api, services: Services, clock: MovableClock, lines: io.StringIO
) -> None:
    client = api.create_client("alarm")
    api.put_call(client, "call-1", api.call(ended_ago=timedelta(minutes=1)))
    services.databases.keystore["record_keys"].update_many({}, {"$unset": {"keys": 1}})
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls/call-1")
    for line in map(json.loads, lines.getvalue().splitlines()):
        if line["level"] == "CRITICAL":
            assert line["request_id"] == answer.headers["X-Request-Id"]


def test_figures_hold_no_personal_data_either(api: Api) -> None:
    for method in ("GET", CALLER):
        api.request(method, f"/v1/clients/{quote(NAME)}/{CALLER}")
    shown = api.request("GET", "/metrics").text
    assert 'method="OTHER"' in shown
    for value in PRIVATE:
        assert value not in shown
