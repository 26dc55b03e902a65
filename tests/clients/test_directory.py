"""One client that cannot be opened must not stand in the way of the others."""

import logging
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.model import OPERATOR
from telecom_privacy.errors import ConfigurationError, IntegrityError, TelecomPrivacyError
from telecom_privacy.http.access import Access, ApiRole
from tests.builders import Api

CLIENTS = ["sound", "damaged", "keyless", "unpromised", "also sound"]


@pytest.fixture(scope="module")
def ids(api: Api, services: Services) -> dict[str, UUID]:
    """Clients by name, of which three are damaged as their names say."""
    for client in CLIENTS:
        api.create_client(client, licences=())
        api.client_key(client)
    found = {one.external_id: one.id for one in services.clients.all()}
    found.pop(OPERATOR)
    clients = services.databases.audit["clients"]
    clients.update_one({"_id": found["damaged"]}, {"$set": {"payload": b"x" * 64}})
    clients.update_one({"_id": found["keyless"]}, {"$set": {"key.page": found["sound"]}})
    clients.update_one(
        {"_id": found["unpromised"]}, {"$set": {"history.policies.0.policy": "withdrawn"}}
    )
    services.epoch.advance()
    return found


def test_all_skips_what_cannot_be_opened_and_raises_the_alarm(
    services: Services, ids: dict[str, UUID], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "telecom_privacy.clients"):
        names = {client.external_id for client in services.clients.all()}
    assert names == {"operator", "sound", "also sound"}
    alarms = [
        record.fields["client"]
        for record in caplog.records
        if record.getMessage() == "client cannot be opened"
    ]
    assert set(alarms) == {str(ids[name]) for name in ("damaged", "keyless", "unpromised")}


def test_ids_are_those_of_all_clients(services: Services, ids: dict[str, UUID]) -> None:
    own = services.clients.reach(Access("test", ApiRole.ADMIN), OPERATOR).id
    assert sorted(services.clients.ids()) == sorted([own, *ids.values()])


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("damaged", IntegrityError),
        ("keyless", IntegrityError),
        ("unpromised", ConfigurationError),
    ],
)
def test_one_that_cannot_be_opened_raises_when_it_is_asked_for(
    services: Services, ids: dict[str, UUID], name: str, error: type[TelecomPrivacyError]
) -> None:
    with pytest.raises(error):
        services.clients.by_id(ids[name])


@pytest.mark.usefixtures("ids")
def test_the_list_shows_the_others(api: Api) -> None:
    found: list[str] = []
    path: str | None = "/v1/clients?limit=2"
    while path:
        answer = api.as_("admin", "GET", path)
        assert answer.status_code == 200
        found += [item["id"] for item in answer.get_json()["items"]]
        more = answer.get_json()["next"]
        path = more and f"/v1/clients?limit=2&cursor={more}"
    assert sorted(found) == ["also sound", "operator", "sound"]


@pytest.mark.usefixtures("ids")
def test_api_keys_are_listed_though_their_client_cannot_be_opened(api: Api) -> None:
    answer = api.as_("admin", "GET", "/v1/api-keys?limit=500")
    bound = [item["client_id"] for item in answer.get_json()["items"] if item["role"] == "client"]
    assert sorted(bound, key=str) == [None, None, None, "also sound", "sound"]
