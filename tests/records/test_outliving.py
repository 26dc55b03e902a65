"""What the operator keeps for longer than the client itself stays readable, then goes with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import MovableClock
from tests.records.builders import RecordApi
from tests.wiring import own_settings, wired

YEAR = timedelta(days=366)


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
