"""A revoked consent refuses until another is given, however and whenever it was erased."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.records.service import RecordService
from telecom_privacy.settings import Settings
from tests.builders import MovableClock
from tests.records.builders import RecordApi
from tests.wiring import own_settings, wired

CONSENT, CONTACT = "consent", "synchronised_contact"
SYNC = {"purpose": "contact_sync", "proof": "ticked in the app, version 3"}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def services(
    database_settings: Settings, tmp_path: Path, clock: MovableClock
) -> Iterator[Services]:
    """A service of this test's own: it lives through years."""
    with wired(own_settings(database_settings, tmp_path), clock) as services:
        yield services


@pytest.fixture
def api(services: Services, clock: MovableClock) -> RecordApi:
    return RecordApi(create_app(services), services.accounts, clock)


@pytest.fixture
def client(api: RecordApi) -> str:
    return api.create_client(policy="bureau24", licences=())


def forget_tombstones(services: Services) -> None:
    next(one for one in services.all if isinstance(one, RecordService)).forget_tombstones()


def refusing(services: Services) -> list[Any]:
    return list(services.databases.bulk["records"].find({"refused": {"$exists": True}}))


def test_neither_deletion_nor_the_age_of_a_tombstone_gives_a_consent(
    api: RecordApi, services: Services, client: str
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    api.event(client, CONSENT, "sync", "revoked")
    assert api.delete(client, CONSENT, "sync").status_code == 204
    for _ in range(3):
        api.clock.advance(days=91)
        forget_tombstones(services)
        assert api.put(client, CONTACT, "one", {}).status_code == 403
    api.stored(client, CONSENT, "sync again", SYNC)
    api.stored(client, CONTACT, "one", {})


def test_a_consent_that_is_swept_goes_on_refusing_until_its_client_is_gone(
    api: RecordApi, services: Services, client: str
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    api.event(client, CONSENT, "sync", "revoked")
    api.clock.advance(days=365 * 5 + 3)
    services.sweeps.run("test")
    assert api.get(client, CONSENT, "sync").status_code == 410
    assert api.put(client, CONTACT, "one", {}).status_code == 403

    ended_on = api.clock.now().date().isoformat()
    end = {"ended_on": ended_on, "keep_account": False}
    path = f"/v1/clients/{client}/contract-end"
    assert api.as_("admin", "POST", path, json=end).status_code == 201
    api.clock.advance(days=40)
    services.sweeps.run("test")
    api.clock.advance(days=91)
    forget_tombstones(services)
    assert refusing(services) == []
