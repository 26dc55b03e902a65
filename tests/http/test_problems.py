"""Every error is a problem document (RFC 9457) that quotes nothing and shows no inside."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask, abort
from werkzeug.test import TestResponse

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.clock import to_milliseconds
from telecom_privacy.errors import TelecomPrivacyError
from telecom_privacy.http.cursor import encode_cursor
from telecom_privacy.http.endpoint import MAX_JSON_BYTES
from telecom_privacy.http.problems import register_problems, title
from telecom_privacy.settings import Settings
from telecom_privacy.storage.paging import Position
from tests.builders import NDJSON, Api, MovableClock, recording_path, tone
from tests.http.forwarder import Forwarder, target_of, through

NUMBER, NAME = "+33612345678", "Dupont"
LAST = Position(to_milliseconds(datetime.max.replace(tzinfo=UTC)), b"x")
_INSIDE = re.compile(r"Traceback|File \"|\.py|telecom_privacy[./]|[a-z]Error\b|<html")


@pytest.fixture(scope="module")
def client(api: Api) -> str:
    client = api.create_client("edge")
    api.put_call(client, "call-1", api.call())
    api.put_recording(client, "call-1", tone())
    return client


def assert_problem(answer: TestResponse, status: int, *private: str) -> dict[str, Any]:
    """Check the whole form of a problem document; return it."""
    assert answer.status_code == status, answer.data
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(answer.data)
    assert set(found) - {"errors"} == {"type", "title", "status", "detail"}
    assert ("errors" in found) == (status == HTTPStatus.UNPROCESSABLE_ENTITY)
    assert found["status"] == status
    assert found["title"] == title(HTTPStatus(status))
    assert not _INSIDE.search(answer.text)
    for value in private:
        assert value not in answer.text + str(answer.headers)
    return found


@pytest.mark.parametrize(
    ("status", "slug"),
    [
        (413, "content-too-large"),
        (414, "uri-too-long"),
        (416, "range-not-satisfiable"),
        (422, "unprocessable-content"),
    ],
)
def test_the_type_of_a_problem_does_not_change_with_python(status: int, slug: str) -> None:
    app = Flask("problems")
    register_problems(app)
    app.add_url_rule("/", view_func=lambda: abort(status))
    found = json.loads(app.test_client().get("/").data)
    assert found["type"] == f"urn:telecom-privacy:problem:{slug}"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v2",
        "/v1/clients/edge/nothing",
        f"/v1/unknown/{NUMBER}",
        "/v1/clients/..%2f..%2fetc",
        "//v1/clients",
        "/v1//clients",
        "/v1/clients//calls",
        "/v1/erasures/garbage",
        "/static/x",
        "/%ff%fe",
        "/v1/clients/%00",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404_or_405(api: Api, path: str, method: str) -> None:
    answer = api.as_("admin", method, path)
    assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
    assert_problem(answer, answer.status_code, NUMBER)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/clients", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", "/v1/clients/edge", {"GET", "HEAD", "PATCH", "OPTIONS"}),
        ("PATCH", "/v1/audit/key", {"GET", "HEAD", "OPTIONS"}),
        ("PURGE", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("TRACE", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_405_and_told_the_right_ones(
    api: Api, method: str, path: str, allowed: set[str]
) -> None:
    answer = api.as_("admin", method, path)
    assert_problem(answer, HTTPStatus.METHOD_NOT_ALLOWED)
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_options_tells_the_methods_and_nothing_else(api: Api) -> None:
    answer = api.request("OPTIONS", "/v1/clients")
    assert (answer.status_code, answer.data) == (HTTPStatus.OK, b"")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/v1/audit/key", "/v1/unknown"])
def test_head_has_the_status_and_headers_of_get_and_no_body(api: Api, path: str) -> None:
    head, get = api.request("HEAD", path), api.request("GET", path)
    assert (head.status_code, head.data) == (get.status_code, b"")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]


_BAD_JSON = {
    "empty": b"",
    "cut": b'{"id": "x"',
    "two values": b"{} {}",
    "not a number": b'{"id": NaN}',
    "infinity": b'{"id": -Infinity}',
    "too large a number": b'{"id": 1e999}',
    "five thousand digits": b'{"id": ' + b"9" * 5000 + b"}",
    "half a surrogate pair": b'{"id": "\\ud800"}',
    "half a surrogate pair as name": b'{"\\udfff": 1}',
    "not UTF-8": b'{"id": "\xe9"}',
    "UTF-16": '{"id": "x"}'.encode("utf-16"),
    "nested deeply": b"[" * 100_000 + b"]" * 100_000,
    "nested": b'{"platform": ' + b"[" * 300 + b"]" * 300 + b"}",
    "single quotes": f"{{'{NUMBER}': 1}}".encode(),
}


@pytest.mark.parametrize("body", _BAD_JSON.values(), ids=_BAD_JSON.keys())
def test_what_is_not_json_is_400(api: Api, body: bytes) -> None:
    answer = api.as_("admin", "POST", "/v1/clients", data=body, content_type="application/json")
    assert_problem(answer, HTTPStatus.BAD_REQUEST, NUMBER)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true"])
def test_json_that_is_no_object_is_422(api: Api, body: bytes) -> None:
    answer = api.as_("admin", "POST", "/v1/clients", data=body, content_type="application/json")
    assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_a_line_of_a_batch_that_is_not_json_is_rejected_by_itself(api: Api, client: str) -> None:
    bad = [body for body in _BAD_JSON.values() if body and b"\n" not in body]
    good = json.dumps({"call_id": "good", **api.call()}).encode()
    path = f"/v1/clients/{client}/calls"
    answer = api.as_(
        "platform", "POST", path, data=b"\n".join([*bad, good]), content_type=NDJSON
    ).get_json()
    assert answer["accepted"] == 1
    assert [line["line"] for line in answer["rejected"]] == [*range(1, len(bad) + 1)]


@pytest.mark.parametrize(
    ("method", "path", "content_type"),
    [
        ("POST", "/v1/clients", "text/plain"),
        ("POST", "/v1/clients", ""),
        ("POST", "/v1/clients", "application/x-www-form-urlencoded"),
        ("POST", "/v1/clients/edge/calls", "application/json"),
        ("PUT", "/v1/clients/edge/calls/call-1/recording", "video/mp4"),
        ("PUT", "/v1/clients/edge/calls/call-1/recording", ""),
    ],
)
def test_another_media_type_is_415(
    api: Api, client: str, method: str, path: str, content_type: str
) -> None:
    role = "platform" if "/calls" in path else "admin"
    answer = api.as_(role, method, path, data=b"{}", content_type=content_type)
    assert_problem(answer, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def test_too_large_a_body_is_413_whether_its_length_is_told_or_not(api: Api) -> None:
    body = json.dumps({"name": NAME * MAX_JSON_BYTES}).encode()
    kind = "application/json"
    answer = api.as_("admin", "POST", "/v1/clients", data=body, content_type=kind)
    assert_problem(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, NAME)


def test_422_names_each_wrong_field_and_refuses_unknown_ones(api: Api) -> None:
    body = {"id": "a/b", "name": 7, "policy": "web2contact", "contract": {}, "surprise": NUMBER}
    answer = api.as_("admin", "POST", "/v1/clients", json=body)
    found = assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY, NUMBER)
    assert found["errors"] == {
        "id": ["May not hold a slash, a control character or U+FFFD."],
        "name": ["Not a valid string."],
        "contract": {"started_on": ["Missing data for required field."]},
        "surprise": ["Unknown field."],
    }


def test_422_does_not_repeat_the_values_of_a_call(api: Api, client: str) -> None:
    body = api.call(**{"from": "061234", "to": NUMBER + "x", "direction": NAME, "tags": NAME})
    found = assert_problem(
        api.put_call(client, "bad", body), HTTPStatus.UNPROCESSABLE_ENTITY, NUMBER, "061234", NAME
    )
    assert set(found["errors"]) >= {"direction", "tags"}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=many",
        "cursor=",
        "cursor=%21",
        "cursor=f____________w",
        f"cursor={encode_cursor(LAST)}",
        "unknown=1",
        "from=yesterday",
        "from=2026-01-01",
        "until=2026-01-01T00:00:00",
        "number=abc",
        "direction=sideways",
    ],
)
def test_a_wrong_query_is_422(api: Api, client: str, query: str) -> None:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls?{query}")
    assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY, "yesterday")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59.999Z"])
@pytest.mark.parametrize("name", ["from", "until"])
def test_the_ends_of_time_are_no_error_of_ours(
    api: Api, client: str, name: str, moment: str
) -> None:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls?{name}={moment}")
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_an_unforeseen_error_tells_nothing(api: Api, client: str, services: Services) -> None:
    calls = services.databases.bulk["calls"]
    api.put_call(client, "broken", api.call(caller_name=NAME))
    calls.update_many({}, {"$rename": {"payload": "lost"}})
    try:
        answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls/broken")
        assert_problem(answer, HTTPStatus.INTERNAL_SERVER_ERROR, NAME, "payload")
    finally:
        calls.update_many({}, {"$rename": {"lost": "payload"}})


def test_an_altered_record_is_an_error_that_tells_nothing(
    api: Api, client: str, services: Services
) -> None:
    calls = services.databases.bulk["calls"]
    api.put_call(client, "altered", api.call(ended_ago=timedelta(hours=1), caller_name=NAME))
    stored = calls.find_one(sort=[("started_at", 1)])
    assert stored
    altered = bytes([*stored["payload"][:-1], stored["payload"][-1] ^ 1])
    calls.update_one({"_id": stored["_id"]}, {"$set": {"payload": altered}})
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls/altered")
    calls.delete_one({"_id": stored["_id"]})
    assert_problem(answer, HTTPStatus.INTERNAL_SERVER_ERROR, NAME)


class Undeclared(TelecomPrivacyError):
    """An error that the table of statuses does not know."""


def test_an_error_without_a_status_is_an_unforeseen_one(services: Services) -> None:
    app = create_app(services)

    def fail() -> None:
        raise Undeclared("nobody gave this a status")

    app.add_url_rule(f"/{NAME}", view_func=fail)
    answer = app.test_client().get(f"/{NAME}")
    assert_problem(answer, HTTPStatus.INTERNAL_SERVER_ERROR)


@pytest.fixture
def cut_off(settings: Settings, api: Api, clock: MovableClock) -> Iterator[tuple[Flask, Forwarder]]:
    """The service, on databases that are away."""
    forwarder = Forwarder(target_of(settings))
    services = bootstrap.build_services(through(settings, forwarder), clock)
    forwarder.cut()
    yield create_app(services), forwarder
    forwarder.cut()
    services.databases.close()


def test_a_database_that_is_away_is_503_until_it_is_back(
    cut_off: tuple[Flask, Forwarder], api: Api, client: str
) -> None:
    app, forwarder = cut_off
    key, http = api.client_key(client), app.test_client()
    path, headers = recording_path(client, "call-1"), {"Authorization": f"Bearer {key}"}
    for one in ("/readyz", path):
        answer = http.get(one, headers=headers)
        assert_problem(answer, HTTPStatus.SERVICE_UNAVAILABLE, forwarder.address)
        assert int(answer.headers["Retry-After"]) > 0
    assert http.get("/healthz").status_code == HTTPStatus.OK

    forwarder.restore()
    assert http.get("/readyz").status_code == HTTPStatus.OK
    assert http.get(path, headers=headers).status_code == HTTPStatus.OK
