"""A key that is missing though nothing was erased: an alarm, and nothing is deleted (DESIGN §3)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api, MovableClock
from tests.erasure.kills import stored

ALARM = "record key is missing without an erasure"


@pytest.fixture(autouse=True)
def recording(api: Api, client: str, call: str) -> None:
    assert api.put_recording(client, call, b"audio").status_code == 201


@pytest.mark.parametrize("end", ["/{call}", "/{call}/receipt"])
def test_a_call_without_its_key_is_an_alarm_and_no_410(
    api: Api, services: Services, client: str, call: str, caplog: Any, end: str
) -> None:
    path = f"/v1/clients/{client}/calls{end.format(call=call)}"
    with _lost(services, _last(services, "calls")):
        _assert_alarm(api.as_client(client, "GET", path), caplog)


def test_a_search_leaves_out_a_call_without_its_key_and_alarms(
    api: Api, services: Services, client: str, call: str, caplog: Any
) -> None:
    api.put_call(client, f"{call}-other", api.call())
    lost = next(one for one in stored(services)["calls"] if one.get("recordings"))
    path = f"/v1/clients/{client}/calls"
    before = {one["id"] for one in api.as_client(client, "GET", path).json["items"]}
    with _lost(services, lost):
        answer = api.as_client(client, "GET", path)
    assert answer.status_code == 200
    assert len(before - {one["id"] for one in answer.json["items"]}) == 1
    assert _alarmed(caplog)


def test_in_a_batch_a_call_without_its_key_concerns_its_own_line_only(
    api: Api, services: Services, client: str, call: str, caplog: Any
) -> None:
    known, body = f"{call}-known", api.call()
    assert api.put_call(client, known, body).status_code == 201
    with _lost(services, _last(services, "calls")):
        answer = api.put_calls(client, {known: body, f"{call}-new": api.call()})
    assert answer.status_code == 200
    assert answer.json["accepted"] == 1
    assert [*answer.json["receipts"]] == [f"{call}-new"]
    (rejected,) = answer.json["rejected"]
    assert (rejected["line"], rejected["call_id"]) == (1, known)
    assert rejected["errors"] == {"_schema": ["the key of a stored record is missing"]}
    assert _alarmed(caplog)


@pytest.mark.parametrize("end", ["", "/recording"])
def test_a_recording_without_its_key_is_an_alarm_and_no_410(
    api: Api, services: Services, client: str, call: str, caplog: Any, end: str
) -> None:
    with _lost(services, _last(services, "calls")["recordings"][0]):
        answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call}{end}")
    _assert_alarm(answer, caplog)


def test_a_retried_upload_to_a_recording_without_its_key_is_an_alarm_and_no_410(
    api: Api, services: Services, client: str, call: str, caplog: Any
) -> None:
    with _lost(services, _last(services, "calls")["recordings"][0]):
        _assert_alarm(api.put_recording(client, call, b"audio"), caplog)


def test_billing_never_hides_a_traffic_record_that_lost_its_key(
    api: Api, services: Services, client: str, caplog: Any
) -> None:
    with _lost(services, _last(services, "traffic")):
        _assert_alarm(api.as_("billing", "GET", f"/v1/clients/{client}/traffic"), caplog)


def test_a_client_without_its_key_is_an_alarm_and_no_410(
    api: Api, services: Services, client: str, caplog: Any
) -> None:
    key = api.key("admin")
    with _lost(services, _last(services, "clients")):
        _assert_alarm(api.request("GET", f"/v1/clients/{client}", key, headers=STAFF), caplog)


def test_nothing_deletes_a_record_without_its_key(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    found = stored(services)
    with _lost(services, found["calls"][-1]), _lost(services, found["traffic"][-1]):
        clock.advance(days=2)
        services.recovery.run()
        services.sweeps.run("test")
    kept = stored(services)
    for name in ("calls", "traffic", "segments"):
        assert kept[name] == found[name]


def _last(services: Services, collection: str) -> dict[str, Any]:
    return dict(stored(services)[collection][-1])


@contextmanager
def _lost(services: Services, document: dict[str, Any]) -> Iterator[None]:
    """Take the key of a document away, and give it back afterwards."""
    pages, key = services.databases.keystore["record_keys"], document["key"]
    page = pages.find_one({"_id": key["page"]})
    assert page is not None
    pages.update_one({"_id": key["page"]}, {"$unset": {f"keys.{key['slot']}": 1}})
    services.epoch.advance()
    yield
    pages.replace_one({"_id": key["page"]}, page)
    services.epoch.advance()


def _assert_alarm(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert _alarmed(caplog)


def _alarmed(caplog: pytest.LogCaptureFixture) -> bool:
    return ALARM in [r.getMessage() for r in caplog.records if r.levelno == logging.CRITICAL]
