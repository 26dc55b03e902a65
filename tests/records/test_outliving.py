"""What the operator keeps for longer than the client's data, or the client, stays, then goes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import client_node
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.scope import Role
from telecom_privacy.settings import Settings
from tests.builders import MovableClock
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi
from tests.retention.builders import client_id, local
from tests.wiring import own_settings, wired

YEAR = timedelta(days=366)
CLOSES_AT = local("2027-07-01 00:00")
ABOUT = {"subject": "agent@example.test"}
GIVEN = {"purpose": "contact_sync", "proof": "ticked in the app, version 3"}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def services(
    database_settings: Settings, tmp_path: Path, clock: MovableClock
) -> Iterator[Services]:
    """A service of this test's own: it lives through ten years."""
    with wired(own_settings(database_settings, tmp_path), clock) as services:
        yield services


@pytest.fixture
def api(services: Services, clock: MovableClock) -> RecordApi:
    return RecordApi(create_app(services), services.accounts, clock)


def test_an_invoice_outlives_its_client_and_takes_it_along(
    api: RecordApi, services: Services, clock: MovableClock
) -> None:
    client = api.create_client(policy="bureau24", licences=())
    api.stored(client, "billing", "invoice", {"amount": 12})
    end = {"ended_on": clock.now().date().isoformat(), "keep_account": False}
    path = f"/v1/clients/{client}"
    assert api.as_("admin", "POST", f"{path}/contract-end", json=end).status_code == 201

    clock.advance(days=6 * YEAR.days)
    services.sweeps.run("test")
    assert api.as_("admin", "GET", path).status_code == 410
    assert api.get(client, "billing", "invoice", "dpo").status_code == 200
    assert api.put(client, "billing", "another", {}).status_code == 410

    clock.advance(days=4 * YEAR.days)
    assert api.get(client, "billing", "invoice", "dpo").status_code == 410
    services.sweeps.run("test")
    assert services.databases.bulk["records"].count_documents({"record_id": {"$exists": 1}}) == 0
    assert [found.external_id for found in services.clients.all()] == ["operator"]


@pytest.fixture
def ended(api: RecordApi, clock: MovableClock) -> str:
    """A client whose window closes at `CLOSES_AT`, in half a minute."""
    clock.set(local("2027-05-31 09:00"))
    client = api.create_client(policy="bureau24", licences=())
    api.stored(client, "consent", "kept", GIVEN, **ABOUT)
    end = {"ended_on": "2027-05-31", "keep_account": False}
    path = f"/v1/clients/{client}/contract-end"
    assert api.as_("admin", "POST", path, json=end).status_code == 201
    clock.set(CLOSES_AT - timedelta(seconds=30))
    return client


def give_without_proof(api: RecordApi, client: str, name: str) -> None:
    with killed_at(ConsentProofs, "finish"):
        api.put(client, "consent", name, GIVEN, **ABOUT)


def proved(api: RecordApi, client: str) -> list[Any]:
    found = api.by("dpo", client, "GET", f"/v1/clients/{client}/records/consent_proof")
    return [proof["data"] for proof in found.get_json()["items"]]


def test_the_proof_of_a_consent_outlives_the_clients_key_for_five_years(
    api: RecordApi, services: Services, clock: MovableClock, ended: str
) -> None:
    give_without_proof(api, ended, "just in time")
    assert api.listed(ended, "consent") == ["just in time", "kept"]
    clock.advance(seconds=30)
    services.sweeps.run("test")
    assert api.get(ended, "consent", "kept").status_code == 410
    clock.advance(minutes=10)
    services.sweeps.run("test")
    assert processor_key_is_gone(services, ended)

    for now in ("2027-07-01 00:12", "2032-05-31 23:59"):
        clock.set(local(now))
        services.sweeps.run("test")
        assert proved(api, ended) == [GIVEN, GIVEN]
    clock.set(local("2032-06-01 00:00"))
    services.sweeps.run("test")
    assert services.databases.bulk["records"].count_documents({"record_id": {"$exists": 1}}) == 0


def test_a_damaged_consent_keeps_neither_the_clients_key_nor_other_proofs_waiting(
    api: RecordApi, services: Services, clock: MovableClock, ended: str
) -> None:
    give_without_proof(api, ended, "damaged")
    damage = {"$set": {"payload": b"nothing that was sealed"}}
    begun = {"category": "consent", "proving": {"$exists": True}}
    records = services.databases.bulk["records"]
    assert records.update_one(begun, damage).modified_count == 1
    give_without_proof(api, ended, "just in time")
    clock.set(CLOSES_AT + timedelta(minutes=10))
    services.sweeps.run("test")
    assert processor_key_is_gone(services, ended)
    assert proved(api, ended) == [GIVEN, GIVEN]


def processor_key_is_gone(services: Services, client: str) -> bool:
    name = client_node(client_id(services, client), Role.PROCESSOR).name
    document = services.databases.keystore["keys"].find_one({"_id": name})
    return document is not None and "generations" not in document
