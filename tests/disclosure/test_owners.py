"""Whose own a number is, is asked of those alone whom a profession may protect."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.traffic.model import StoredTraffic
from telecom_privacy.traffic.repository import TrafficRepository
from tests.builders import Api
from tests.disclosure.answers import fresh_number, line, put_recorded
from tests.disclosure.builders import LegalDesk
from tests.retention.builders import new_client


@pytest.fixture
def clients_read(monkeypatch: pytest.MonkeyPatch) -> set[UUID]:
    """The clients whose traffic is read by number."""
    read, seen = TrafficRepository.fetch_with_number, set[UUID]()

    def noting(repository: TrafficRepository, *named: Any) -> Iterator[StoredTraffic]:
        for record in read(repository, *named):
            seen.add(record.scope.client_id)
            yield record

    monkeypatch.setattr(TrafficRepository, "fetch_with_number", noting)
    return seen


def ids(services: Services, *clients: str) -> set[UUID]:
    return {one.id for one in services.clients.all() if one.external_id in clients}


def test_what_else_goes_over_a_number_that_was_called_is_read_of_protected_clients_alone(
    desk: LegalDesk, api: Api, services: Services, client: str, clients_read: set[UUID]
) -> None:
    lawyer = api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    licensed, hotline = new_client(api), fresh_number()
    licence = f"/v1/clients/{licensed}/licences/licence-1"
    put_recorded(api, licensed, "call", to=hotline, **{"from": fresh_number()})
    assert api.as_("admin", "PATCH", licence, json={"privileged": "doctor"}).status_code == 200
    for other in (lawyer, new_client(api)):
        put_recorded(api, other, "call", to=hotline, **{"from": fresh_number()})
    number = fresh_number()
    put_recorded(api, client, "call", to=hotline, direction="out", **{"from": number})
    assert line(desk, desk.approved(numbers=[number]), "traffic")[0] == 1
    assert clients_read == ids(services, client, lawyer, licensed)
