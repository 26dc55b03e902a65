"""Clients and licences that others change or erase at the very moment they are opened."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.errors import Conflict, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import Role
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock

ADMIN = Access("test", ApiRole.ADMIN)
_NUMBERS = count(1)


@pytest.fixture
def client(api: Api) -> str:
    return api.create_client(f"client-{next(_NUMBERS)}")


@pytest.fixture(scope="module")
def other(settings: Settings, services: Services, clock: MovableClock) -> Iterator[Services]:
    """Another worker on the same databases."""
    other = bootstrap.build_services(settings, clock)
    other.epoch.start()
    yield other
    other.epoch.stop()
    other.databases.close()


@pytest.fixture(scope="module")
def other_api(other: Services, clock: MovableClock) -> Api:
    return Api(create_app(other), other.accounts, clock)


def licences_of(services: Services) -> LicenceService:
    return next(one for one in services.all if isinstance(one, LicenceService))


def reach(services: Services, client: str) -> tuple[Client, Licence]:
    found = services.clients.reach(ADMIN, client)
    return found, licences_of(services).find(found.scope(Role.PROCESSOR), "licence-1")


def relabel(services: Services, client: str, label: str) -> None:
    found, licence = reach(services, client)
    licences_of(services).change(ADMIN, found, licence, {"label": label})


def stored(services: Services, collection: str, document_id: UUID) -> dict[str, Any] | None:
    found: dict[str, Any] | None = services.databases.audit[collection].find_one(
        {"_id": document_id}
    )
    return found


def before(target: object, name: str, act: Callable[[], None], times: int) -> None:
    """Let somebody else act just before a method does its work, so many times."""
    method, left = getattr(target, name), count(times, -1)

    def late(*args: Any, **more: Any) -> Any:
        if next(left) > 0:
            act()
        return method(*args, **more)

    setattr(target, name, late)


def test_a_licence_is_erased_in_the_version_that_another_worker_wrote(
    services: Services, other: Services, client: str
) -> None:
    found, licence = reach(services, client)
    relabel(other, client, "newer")
    newer = stored(services, "licences", licence.id)

    licences_of(services).delete(ADMIN, found, licence)

    assert newer is not None
    assert stored(services, "licences", licence.id) is None
    keys = {licence.key, KeyReference(**newer["key"])}
    assert licences_of(services)._keys.missing(keys) == keys


def test_a_licence_that_is_changed_while_it_is_erased_is_erased_all_the_same(
    services: Services, other: Services, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, licence = reach(services, client)
    eraser = licences_of(services)._eraser
    monkeypatch.setattr(eraser, "erase", eraser.erase)  # taken back after the test
    written = {licence.key}

    def change() -> None:
        relabel(other, client, "newer")
        written.add(reach(other, client)[1].key)

    before(eraser, "erase", change, times=2)
    licences_of(services).delete(ADMIN, found, licence)

    assert stored(services, "licences", licence.id) is None
    assert len(written) == 3
    assert licences_of(services)._keys.missing(written) == written


def test_a_licence_that_others_change_without_end_is_a_conflict(
    services: Services, other: Services, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, licence = reach(services, client)
    eraser = licences_of(services)._eraser
    monkeypatch.setattr(eraser, "erase", eraser.erase)
    before(eraser, "erase", lambda: relabel(other, client, "newer"), times=100)
    with pytest.raises(Conflict):
        licences_of(services).delete(ADMIN, found, licence)
    assert stored(services, "licences", licence.id) is not None


def test_a_licence_that_was_deleted_and_made_anew_outlives_a_late_deletion(
    api: Api, services: Services, client: str
) -> None:
    found, licence = reach(services, client)
    licences_of(services).delete(ADMIN, found, licence)
    api.create_licence(client, "licence-1")
    licences_of(services).delete(ADMIN, found, licence)
    assert reach(services, client)[1].id != licence.id


def test_what_is_changed_while_it_is_opened_is_opened_in_its_new_version(
    services: Services,
    other: Services,
    other_api: Api,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, licence = reach(other, client)
    services.epoch.advance()  # nothing comes from a cache
    keys = licences_of(services)._keys
    monkeypatch.setattr(keys, "open", keys.open)
    before(keys, "open", lambda: relabel(other, client, "newer"), times=1)
    scope = found.scope(Role.PROCESSOR)
    assert licences_of(services).find(scope, "licence-1").details["label"] == "newer"
    assert licence.details["label"] != "newer"

    def rename() -> None:
        answer = other_api.as_("admin", "PATCH", f"/v1/clients/{client}", json={"name": "newer"})
        assert answer.status_code == 200

    services.epoch.advance()
    before(keys, "open", rename, times=1)
    assert services.clients.reach(ADMIN, client).details["name"] == "newer"


def test_what_is_erased_while_it_is_opened_is_not_found(
    services: Services, other: Services, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, licence = reach(other, client)
    services.epoch.advance()
    keys = licences_of(services)._keys
    monkeypatch.setattr(keys, "open", keys.open)
    before(keys, "open", lambda: licences_of(other).delete(ADMIN, found, licence), times=1)
    with pytest.raises(NotFound):
        licences_of(services).find(found.scope(Role.PROCESSOR), "licence-1")


def test_a_change_that_comes_too_late_is_logged_as_withdrawn(
    api: Api, services: Services, other: Services, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = licences_of(services)._versions
    monkeypatch.setattr(versions, "replace", versions.replace)
    before(versions, "replace", lambda: relabel(other, client, "first"), times=1)
    path = f"/v1/clients/{client}/licences/licence-1"
    answer = api.as_("admin", "PATCH", path, json={"label": "second"})
    assert answer.status_code == 409

    licence = str(reach(services, client)[1].id)
    assert actions(api, services, client, licence)[-3:] == [
        "licence.changed",
        "licence.changed",
        "licence.changed.withdrawn",
    ]


def test_who_reads_licences_is_logged(api: Api, services: Services, client: str) -> None:
    path = f"/v1/clients/{client}/licences"
    api.as_("admin", "GET", path)
    api.as_client(client, "GET", f"{path}/licence-1")
    entries = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").get_json()["items"]
    logged = {entry["detail"]["action"]: entry["detail"]["details"] for entry in entries}
    assert logged["licences.listed"] == {"count": 1, "role": "admin"}
    licence = str(reach(services, client)[1].id)
    assert logged["licence.read"] == {"licence": licence, "role": "client"}


def actions(api: Api, services: Services, client: str, licence: str) -> list[str]:
    """What the log says of a licence, oldest first."""
    entries = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").get_json()["items"]
    return [
        entry["detail"]["action"]
        for entry in entries
        if (entry["detail"]["details"] or {}).get("licence") == licence
    ]
