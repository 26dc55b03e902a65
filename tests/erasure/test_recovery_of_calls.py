"""What recovery makes of calls whose worker was killed at each step of storing them."""

from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.traffic.repository import TrafficRepository
from tests.builders import Api, MovableClock
from tests.erasure.kills import (
    assert_tidy,
    assert_younger_are_left,
    counts,
    keyless_records,
    killed_at,
    recover,
    stored,
)

BEFORE_THE_COMMIT = [
    pytest.param(KeyRepository, "insert_page", id="before keys"),
    pytest.param(AuditLog, "append", id="after keys"),
    pytest.param(TrafficRepository, "insert_many", id="after log"),
    pytest.param(CallRepository, "insert_many", id="after traffic"),
]
AFTER_THE_COMMIT = [pytest.param(KeyRepository, "settle_page", id="after call")]


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
    assert answer.status_code == (200 if method == "settle_page" else 201)
    recover(services, clock, minutes=11)
    assert api.put_call(client, new, body).get_json() == answer.get_json()
    assert counts(services) == before.plus(calls=1, traffic=1)
    assert_tidy(services)


def test_a_killed_batch_keeps_the_calls_it_stored_and_no_other(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    before, name = counts(services), uuid4().hex
    calls = {f"{name}-{n}": api.call() for n in range(120)}
    with killed_at(CallRepository, "insert_many", call=3):
        api.put_calls(client, calls)
    recover(services, clock, minutes=11)
    assert counts(services) == before.plus(calls=100, traffic=100)
    answer = api.put_calls(client, calls).get_json()
    assert (answer["accepted"], answer["duplicates"]) == (20, 100)
    assert counts(services) == before.plus(calls=120, traffic=120)
    assert_tidy(services)


def test_the_traffic_of_a_committed_call_outlives_the_client_s_deletion_of_it(
    api: Api, services: Services, clock: MovableClock, client: str, new: str
) -> None:
    before = len(stored(services)["traffic"])
    with killed_at(KeyRepository, "settle_page"):
        api.put_call(client, new, api.call())
    assert api.as_client(client, "DELETE", _path(client, new)).status_code == 204
    recover(services, clock, minutes=11)
    assert len(stored(services)["traffic"]) == before + 1
    assert not keyless_records(services)


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


def _path(client: str, call: str) -> str:
    return f"/v1/clients/{client}/calls/{call}"
