"""What was stated of a client or a licence is known as long as anything of it can be found."""

from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.scope import NO_ID, Role, Scope
from tests.builders import Api, MovableClock


@pytest.fixture
def stated(services: Services) -> StatedProfessions:
    return services.maintenance._professions._stated


def scope_of(services: Services, client: str, licence: str | None = None) -> Scope:
    found = next(one for one in services.clients.all() if one.external_id == client)
    row = services.databases.audit["licences"].find_one({"client": found.id})
    return Scope(found.id, row["_id"] if row and licence else NO_ID, Role.PROCESSOR)


def test_a_client_and_a_licence_keep_every_profession_that_was_stated(
    api: Api, services: Services, stated: StatedProfessions
) -> None:
    client = api.create_client(f"client-{uuid4().hex[:8]}")
    scope = scope_of(services, client, "licence-1")
    assert stated.of(scope) == frozenset()
    licence = f"/v1/clients/{client}/licences/licence-1"
    for profession in ("lawyer", None, "doctor", "lawyer"):
        body = {"privileged": profession}
        assert api.as_("admin", "PATCH", licence, json=body).status_code == 200
    body = {"privileged": "notary"}
    assert api.as_("admin", "PATCH", f"/v1/clients/{client}", json=body).status_code == 200
    assert stated.of(scope) == {"lawyer", "doctor", "notary"}
    assert api.as_client(client, "DELETE", licence).status_code == 204
    assert stated.of(scope) == {"lawyer", "doctor", "notary"}
    assert stated.of(scope_of(services, client)) == {"notary"}


def test_what_is_stated_lies_sealed(api: Api, services: Services) -> None:
    client = api.create_client(f"client-{uuid4().hex[:8]}", privileged="journalist")
    scope = scope_of(services, client)
    row = services.databases.audit["professions"].find_one({"_id": scope.client_id})
    assert row is not None
    assert b"journalist" not in str(row).encode()


def test_nothing_is_known_of_a_client_that_nobody_has(stated: StatedProfessions) -> None:
    assert stated.of(Scope(UUID(int=7), NO_ID, Role.PROCESSOR)) is None


def test_what_was_stated_goes_once_its_client_is_gone(
    api: Api, services: Services, clock: MovableClock, stated: StatedProfessions
) -> None:
    client = api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    scope = scope_of(services, client)
    clock.advance(hours=2)
    services.maintenance._professions.run()
    assert stated.of(scope) == {"lawyer"}
    services.databases.audit["clients"].delete_one({"_id": scope.client_id})
    assert stated.of(scope) == {"lawyer"}
    services.maintenance._professions.run()
    assert stated.of(scope) is None
    assert services.databases.audit["professions"].find_one({"_id": scope.client_id}) is None
