"""What recovery makes of recordings whose worker was killed at each step of an upload."""

import os
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.storage.segments import SegmentStore
from tests.builders import Api, MovableClock, recording_path
from tests.erasure.kills import assert_tidy, assert_younger_are_left, killed_at, recover, stored

AUDIO = os.urandom(2_500_000)  # two inserts of segments

BEFORE_THE_COMMIT = [
    pytest.param(SegmentStore, "insert", 1, id="after keys"),
    pytest.param(SegmentStore, "insert", 2, id="after some segments"),
    pytest.param(AuditLog, "append", 1, id="after all segments"),
    pytest.param(CallRepository, "update_recordings", 1, id="after log"),
]
AFTER_THE_COMMIT = [pytest.param(PageRepository, "settle_pages", 1, id="after attaching")]
EVERY_STEP = BEFORE_THE_COMMIT + AFTER_THE_COMMIT


@pytest.fixture(autouse=True)
def period_key(api: Api, client: str, call: str) -> None:
    """The key of this month's recordings exists."""
    assert api.put_recording(client, call, b"audio", "first").status_code == 201


@pytest.mark.parametrize(("owner", "method", "nth"), BEFORE_THE_COMMIT)
def test_a_recording_that_was_not_committed_leaves_nothing(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
    nth: int,
) -> None:
    before = stored(services)
    with killed_at(owner, method, nth):
        api.put_recording(client, call, AUDIO)
    assert _get(api, client, call).status_code == 404
    assert_younger_are_left(services, clock, hours=23)
    recover(services, clock, hours=2)
    assert stored(services) == before


def test_a_recording_that_was_committed_stays(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    with killed_at(PageRepository, "settle_pages"):
        api.put_recording(client, call, AUDIO)
    assert_younger_are_left(services, clock, hours=23)
    recover(services, clock, hours=2)
    assert _get(api, client, call).data == AUDIO
    assert_tidy(services)


@pytest.mark.parametrize(("owner", "method", "nth"), EVERY_STEP)
def test_a_retry_is_stored_once_whatever_recovery_finds_later(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
    nth: int,
) -> None:
    before = _contents(services)
    with killed_at(owner, method, nth):
        api.put_recording(client, call, AUDIO)
    answer = api.put_recording(client, call, AUDIO)
    assert answer.status_code == (200 if method == "settle_pages" else 201)
    recover(services, clock, hours=25)
    assert _get(api, client, call).data == AUDIO
    assert len(_contents(services) - before) == 1
    assert_tidy(services)


def test_a_committed_recording_that_its_client_deleted_is_settled_too(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    with killed_at(PageRepository, "settle_pages"):
        api.put_recording(client, call, AUDIO)
    assert api.as_client(client, "DELETE", recording_path(client, call)).status_code == 204
    recover(services, clock, hours=25)
    assert _get(api, client, call).status_code == 410
    assert_tidy(services)


def test_an_upload_that_was_given_up_meanwhile_stores_nothing_and_says_so(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = SegmentStore.insert

    def slow(*arguments: Any) -> None:
        clock.advance(hours=25)
        services.recovery.run()
        original(*arguments)

    before = stored(services)
    with monkeypatch.context() as patch:
        patch.setattr(SegmentStore, "insert", slow)
        assert api.put_recording(client, call, b"slow audio").status_code == 503
    assert _get(api, client, call).status_code == 404
    assert stored(services) == before
    assert api.put_recording(client, call, b"slow audio").status_code == 201
    assert_tidy(services)


def _get(api: Api, client: str, call: str) -> Any:
    return api.as_client(client, "GET", recording_path(client, call))


def _contents(services: Services) -> set[UUID]:
    return {segment["content"] for segment in stored(services)["segments"]}
