"""What recovery makes of calls whose worker was killed at each step of storing them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.erasure.model import DELETED_BY_CLIENT
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.traffic.repository import TrafficRepository
from tests.builders import Api, MovableClock
from tests.erasure.kills import (
    assert_tidy,
    assert_younger_are_left,
    counts,
    keyless_records,
    killed_at,
    pending,
    recover,
    stored,
)

BEFORE_THE_COMMIT = [
    pytest.param(PageRepository, "insert_pages", id="before keys"),
    pytest.param(AuditLog, "append", id="after keys"),
    pytest.param(TrafficRepository, "insert_many", id="after log"),
    pytest.param(CallRepository, "insert_many", id="after traffic"),
]
AFTER_THE_COMMIT = [pytest.param(PageRepository, "settle_pages", id="after call")]


@pytest.fixture
def new(call: str) -> str:
    """The id of a call that is not stored yet, in a month that has its keys."""
    return f"{call}-new"


@pytest.mark.parametrize(("owner", "method"), BEFORE_THE_COMMIT)
def test_a_call_that_was_not_committed_leaves_nothing(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    new: str,
    owner: type,
    method: str,
) -> None:
    before = stored(services)
    with killed_at(owner, method):
        api.put_call(client, new, api.call())
    assert api.as_client(client, "GET", _path(client, new)).status_code == 404
    assert_younger_are_left(services, clock, minutes=9)
    recover(services, clock, minutes=2)
    assert stored(services) == before


@pytest.mark.parametrize(("owner", "method"), AFTER_THE_COMMIT)
def test_a_call_that_was_committed_stays(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    new: str,
    owner: type,
    method: str,
) -> None:
    before = counts(services)
    with killed_at(owner, method):
        api.put_call(client, new, api.call())
    assert_younger_are_left(services, clock, minutes=9)
    recover(services, clock, minutes=2)
    assert api.as_client(client, "GET", _path(client, new)).status_code == 200
    assert counts(services) == before.plus(calls=1, traffic=1)
    assert_tidy(services)


@pytest.mark.parametrize(("owner", "method"), BEFORE_THE_COMMIT + AFTER_THE_COMMIT)
def test_a_retry_is_stored_once_whatever_recovery_finds_later(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    new: str,
    owner: type,
    method: str,
) -> None:
    before, body = counts(services), api.call()
    with killed_at(owner, method):
        api.put_call(client, new, body)
    answer = api.put_call(client, new, body)
    assert answer.status_code == (200 if method == "settle_pages" else 201)
    recover(services, clock, minutes=11)
    assert api.put_call(client, new, body).get_json() == answer.get_json()
    assert counts(services) == before.plus(calls=1, traffic=1)
    assert_tidy(services)


def test_a_killed_batch_keeps_the_calls_it_stored_and_no_other(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("telecom_privacy.calls.batch.MOST_CALLS", 100)
    before, name = counts(services), uuid4().hex
    calls = {f"{name}-{n}": api.call() for n in range(120)}
    with killed_at(CallRepository, "insert_many", call=2):
        api.put_calls(client, calls)
    assert pending(services) == 1
    recover(services, clock, minutes=11)
    assert counts(services) == before.plus(calls=100, traffic=100)
    answer = api.put_calls(client, calls).get_json()
    assert (answer["accepted"], answer["duplicates"]) == (20, 100)
    assert counts(services) == before.plus(calls=120, traffic=120)
    assert_tidy(services)


def test_all_pages_of_a_batch_that_was_killed_at_its_end_are_settled(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    before, name = counts(services), uuid4().hex
    calls = {f"{name}-{n}": api.call() for n in range(60)}
    with killed_at(PageRepository, "settle_pages"):
        api.put_calls(client, calls)
    assert pending(services) == 2
    recover(services, clock, minutes=11)
    assert counts(services) == before.plus(calls=60, traffic=60)
    assert api.put_calls(client, calls).get_json()["duplicates"] == 60
    assert_tidy(services)


def test_of_a_batch_only_what_recovery_gave_up_is_taken_back(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, name = counts(services), uuid4().hex
    calls = {f"{name}-{n}": api.call() for n in range(60)}
    settle = PageRepository.settle_pages

    def overtaken(pages: PageRepository, wanted: Any) -> bool:
        late = next(
            page for page in services.accounts._keys.pending(clock.now() + timedelta(hours=1))
        )
        services.accounts._keys.judge(late, late.references)
        return settle(pages, wanted)

    monkeypatch.setattr(PageRepository, "settle_pages", overtaken)
    assert api.put_calls(client, calls).status_code == 503
    monkeypatch.undo()
    left = counts(services).calls - before.calls
    assert left in (10, 50)
    answer = api.put_calls(client, calls).get_json()
    assert (answer["accepted"], answer["duplicates"]) == (60 - left, left)
    assert_tidy(services)


def test_the_traffic_of_a_committed_call_outlives_the_client_s_deletion_of_it(
    api: Api, services: Services, clock: MovableClock, client: str, new: str
) -> None:
    before = len(stored(services)["traffic"])
    with killed_at(PageRepository, "settle_pages"):
        api.put_call(client, new, api.call())
    assert api.as_client(client, "DELETE", _path(client, new)).status_code == 204
    recover(services, clock, minutes=11)
    assert len(stored(services)["traffic"]) == before + 1
    assert not keyless_records(services)


def test_the_copy_of_an_uncommitted_attempt_is_never_served_nor_counted(
    api: Api, services: Services, clock: MovableClock, new: str
) -> None:
    client = api.create_client(f"client-{new[:8]}")
    path, body = f"/v1/clients/{client}/traffic", api.call()
    with killed_at(CallRepository, "insert_many"):
        api.put_call(client, new, body)
    assert _traffic(api, path) == (0, 0)
    assert api.put_call(client, new, body).status_code == 201
    assert _traffic(api, path) == (1, 1)
    recover(services, clock, minutes=11)
    assert _traffic(api, path) == (1, 1)


def test_the_log_takes_back_what_recovery_removes(
    api: Api, services: Services, clock: MovableClock, client: str, new: str
) -> None:
    api.key("dpo")
    before = services.audit.size()
    with killed_at(TrafficRepository, "insert_many"):
        api.put_call(client, new, api.call())
    recover(services, clock, minutes=11)
    events = [event for event in _events(api, before) if event["action"].startswith("call.")]
    assert [event["action"] for event in events] == ["call.stored", "call.withdrawn"]
    assert events[0]["details"]["record"] == events[1]["details"]["record"]
    assert (events[1]["actor"], events[1]["client"]) == ("recovery", events[0]["client"])


BEFORE_THE_LEDGER_HAS_THE_CALL = [
    pytest.param(ErasureRepository, "insert", 1, id="before the ledger has the recording"),
    pytest.param(ErasureRepository, "insert", 2, id="before the ledger has the call"),
]


@pytest.mark.parametrize(("owner", "method", "nth"), BEFORE_THE_LEDGER_HAS_THE_CALL)
def test_a_deletion_that_was_begun_is_finished(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
    nth: int,
) -> None:
    assert api.put_recording(client, call, b"audio").status_code == 201
    path = _path(client, call)
    with killed_at(owner, method, nth):
        api.as_client(client, "DELETE", path)
    assert api.as_client(client, "PATCH", path, json={"note": "x"}).status_code == 409
    assert_younger_are_left(services, clock, seconds=59)
    recover(services, clock, seconds=2)
    assert api.as_client(client, "GET", path).status_code == 410
    assert api.put_recording(client, call, b"audio").status_code == 410
    rules = [erasure["rule"] for erasure in stored(services)["erasures"][-2:]]
    assert rules == [DELETED_BY_CLIENT] * 2
    assert_tidy(services)


def test_who_began_a_deletion_is_known_whoever_repeats_it(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    closings: list[Any] = []
    limited = api.client_key(client, [api.call()["licence_id"]])
    for key in (api.client_key(client), limited):
        with killed_at(ErasureRepository, "insert"):
            api.request("DELETE", _path(client, call), key)
        closings += [one["closed"] for one in stored(services)["calls"] if "closed" in one]
        clock.advance(seconds=1)
    assert closings == closings[:1] * 2
    recover(services, clock, minutes=1)


@pytest.mark.parametrize(
    ("owner", "method"),
    [
        pytest.param(TrafficRepository, "insert_many", id="before traffic"),
        pytest.param(CallRepository, "insert_many", id="before call"),
    ],
)
def test_a_writer_that_was_given_up_meanwhile_stores_nothing_and_says_so(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    new: str,
    owner: type,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body, original = api.call(), getattr(owner, method)

    def slow(*arguments: Any) -> Any:
        clock.advance(minutes=11)
        services.recovery.run()
        return original(*arguments)

    before = stored(services)
    with monkeypatch.context() as patch:
        patch.setattr(owner, method, slow)
        assert api.put_call(client, new, body).status_code == 503
    assert api.as_client(client, "GET", _path(client, new)).status_code == 404
    assert stored(services) == before
    assert api.put_call(client, new, body).status_code == 201
    assert_tidy(services)


def _traffic(api: Api, path: str) -> tuple[int, int]:
    """How many copies billing reads and how many the DPO counts."""
    items = api.as_("billing", "GET", path).json["items"]
    return len(items), api.as_("dpo", "GET", path).json["count"]


def _events(api: Api, first: int) -> list[dict[str, Any]]:
    answer = api.as_("dpo", "GET", f"/v1/audit/entries?from={first}&count=100")
    return [entry["detail"] for entry in answer.json["items"]]


def _path(client: str, call: str) -> str:
    return f"/v1/clients/{client}/calls/{call}"
