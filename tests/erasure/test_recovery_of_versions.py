"""What recovery makes of changes whose worker was killed at each step of replacing a version."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.repository import ClientRepository
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.versions import ReplacedVersions
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.service import KeyService
from tests.builders import STAFF, Api, MovableClock
from tests.erasure.kills import assert_tidy, assert_younger_are_left, killed_at, recover, stored

BEFORE_THE_COMMIT = [
    pytest.param(PageRepository, "insert_pages", id="before keys"),
    pytest.param(KeyService, "renew", id="after keys"),
]
AFTER_THE_COMMIT = [
    pytest.param(ErasureRepository, "insert", id="after writing"),
    pytest.param(PageRepository, "erase_record_keys", id="after ledger"),
    pytest.param(ReplacedVersions, "erase_data", id="after the old key"),
    pytest.param(ErasureRepository, "close", id="after erasing"),
    pytest.param(PageRepository, "settle_pages", id="before settling"),
]


@pytest.mark.parametrize(
    ("owner", "method"),
    [*BEFORE_THE_COMMIT, pytest.param(ClientRepository, "update", id="before writing")],
)
def test_a_client_whose_change_was_not_committed_is_as_before(
    api: Api, services: Services, clock: MovableClock, client: str, owner: type, method: str
) -> None:
    before, name = stored(services), _name(api, client)
    with killed_at(owner, method):
        _rename(api, client, "Lost name")
    recover(services, clock, minutes=11)
    assert stored(services) == before
    assert _name(api, client) == name


@pytest.mark.parametrize(("owner", "method"), AFTER_THE_COMMIT)
def test_a_client_whose_change_was_committed_is_changed_for_good(
    api: Api, services: Services, clock: MovableClock, client: str, owner: type, method: str
) -> None:
    name = f"Name after {method}"
    with killed_at(owner, method):
        _rename(api, client, name)
    recover(services, clock, minutes=11)
    services.epoch.advance()
    assert _name(api, client) == name
    assert_tidy(services)


@pytest.mark.parametrize(
    ("owner", "method"),
    [*BEFORE_THE_COMMIT, pytest.param(CallRepository, "update_content", id="before writing")],
)
def test_a_call_whose_change_was_not_committed_is_as_before(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
) -> None:
    before = stored(services)
    with killed_at(owner, method):
        _note(api, client, call, "lost")
    recover(services, clock, minutes=11)
    assert stored(services) == before
    assert _read(api, client, call).status_code == 200


@pytest.mark.parametrize(("owner", "method"), AFTER_THE_COMMIT)
def test_a_call_whose_change_was_committed_is_changed_for_good(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
) -> None:
    with killed_at(owner, method):
        _note(api, client, call, "kept")
    recover(services, clock, minutes=11)
    assert _read(api, client, call).get_json()["note"] == "kept"
    assert_tidy(services)


@pytest.mark.parametrize(("owner", "method"), AFTER_THE_COMMIT)
def test_the_first_version_s_key_goes_even_if_a_third_version_came_before_recovery(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
) -> None:
    with killed_at(owner, method):
        _note(api, client, call, "second")
    assert _note(api, client, call, "third").status_code == 200
    recover(services, clock, minutes=11)
    assert _read(api, client, call).get_json()["note"] == "third"
    assert_tidy(services)


def test_nothing_younger_than_the_patience_is_touched(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    with killed_at(CallRepository, "update_content"):
        _note(api, client, call, "lost")
    assert_younger_are_left(services, clock, minutes=9)
    recover(services, clock, minutes=2)


def test_a_change_that_was_given_up_meanwhile_stores_nothing_and_says_so(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = KeyService.issue

    def slow(*arguments: Any) -> Any:
        issued = original(*arguments)
        clock.advance(minutes=11)
        services.recovery.run()
        return issued

    before, name = stored(services), _name(api, client)
    with monkeypatch.context() as patch:
        patch.setattr(KeyService, "issue", slow)
        assert _rename(api, client, "Lost name").status_code == 503
    assert stored(services) == before
    assert _name(api, client) == name


def _rename(api: Api, client: str, name: str) -> Any:
    return api.as_("admin", "PATCH", f"/v1/clients/{client}", json={"name": name})


def _name(api: Api, client: str) -> str:
    answer = api.as_("admin", "GET", f"/v1/clients/{client}", headers=STAFF)
    return str(answer.get_json()["name"])


def _note(api: Api, client: str, call: str, note: str) -> Any:
    path = f"/v1/clients/{client}/calls/{call}"
    return api.as_client(client, "PATCH", path, json={"note": note})


def _read(api: Api, client: str, call: str) -> Any:
    return api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call}")
