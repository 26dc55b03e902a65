"""The counts that stay, as they are read: by whom, of what, and what they never tell."""

from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.policies.model import Action, Category
from telecom_privacy.scope import Role
from telecom_privacy.statistics.repository import StatisticsRepository
from telecom_privacy.statistics.service import StatisticsService
from telecom_privacy.storage.paging import month_of
from tests.builders import Api, MovableClock

PERSON = "person"


@pytest.fixture
def client(api: Api) -> str:
    """A client with the calls of a person, who is about to be forgotten: 12 in, 3 out."""
    client = api.create_client(f"client-{uuid4().hex[:8]}", licences=("licence-1", PERSON))
    calls = {f"in-{n}": api.call(licence_id=PERSON) for n in range(12)}
    calls |= {f"out-{n}": api.call(licence_id=PERSON, direction="out") for n in range(3)}
    assert len(api.put_calls(client, calls).json["receipts"]) == 15
    return client


def anonymise(api: Api, client: str) -> None:
    path = f"/v1/clients/{client}/licences/{PERSON}/anonymise"
    assert api.as_client(client, "POST", path).status_code == 200


def statistics(api: Api, client: str, role: str = "client", **query: str) -> list[dict[str, Any]]:
    key = api.client_key(client) if role == "client" else api.key(role)
    path = f"/v1/clients/{client}/statistics"
    answer = api.request("GET", path, key, query_string=query)
    assert answer.status_code == 200
    return answer.json["items"]


def fold(services: Services) -> None:
    """Count what went, as maintenance does once a minute."""
    repository = StatisticsRepository(services.databases.bulk)
    StatisticsService(repository, lambda _: False, services.clock).fold_all(lambda: None)


def erase_traffic(services: Services, client: str, action: Action) -> None:
    """End the term of the operator's own copies, whatever the policy says of it."""
    found = next(one for one in services.clients.all() if one.external_id == client)
    traffic = services.databases.bulk["traffic"].find({"client": found.id})
    items = [ErasedItem(one["_id"], KeyReference(**one["key"]), one["_id"]) for one in traffic]
    services.sweeps._eraser.erase(
        found.id, Role.CONTROLLER, Category.TRAFFIC, "RET-29", items, "test", action
    )


def test_another_client_and_a_limited_key_see_no_counts(api: Api, client: str) -> None:
    path = f"/v1/clients/{client}/statistics"
    stranger = api.client_key(api.create_client(f"stranger-{uuid4().hex[:8]}"))
    assert api.request("GET", path, stranger).status_code == 404
    assert api.request("GET", path, api.client_key(client, [PERSON])).status_code == 403


def test_an_anonymised_licence_leaves_counts_of_groups_that_are_large_enough(
    api: Api, services: Services, client: str, clock: MovableClock
) -> None:
    assert statistics(api, client) == []
    anonymise(api, client)
    assert statistics(api, client) == []  # reading counts nothing
    fold(services)
    group = {"month": month_of(clock.now()), "role": "processor", "category": "call"}
    expected = [{**group, "direction": "in", "count": 12}]
    assert statistics(api, client) == expected
    assert statistics(api, client, "admin") == expected
    assert statistics(api, client, "dpo") == expected


def test_what_a_client_deletes_leaves_nothing(api: Api, services: Services, client: str) -> None:
    for number in range(12):
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/in-{number}")
    fold(services)
    assert statistics(api, client) == []


def test_what_is_erased_without_counting_leaves_nothing(
    api: Api, services: Services, client: str
) -> None:
    erase_traffic(services, client, Action.ERASE)
    fold(services)
    assert statistics(api, client, "dpo") == []


def test_the_operators_own_copies_are_counted_for_the_dpo_only(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    erase_traffic(services, client, Action.ANONYMISE)
    fold(services)
    group = {"month": month_of(clock.now()), "role": "controller", "category": "traffic"}
    assert statistics(api, client, "dpo") == [{**group, "direction": None, "count": 15}]
    assert statistics(api, client) == []
    assert statistics(api, client, "admin") == []


def test_months_are_chosen_by_the_first_and_the_last(
    api: Api, services: Services, client: str, clock: MovableClock
) -> None:
    anonymise(api, client)
    fold(services)
    month = month_of(clock.now())
    assert len(statistics(api, client, **{"from": month, "until": month})) == 1
    assert statistics(api, client, **{"from": "2099-01"}) == []
    assert statistics(api, client, until="2000-12") == []


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026"},
        {"from": "2026-13"},
        {"until": "2026-01-01"},
        {"from": "2026-02", "until": "2026-01"},
        {"licence_id": PERSON},
    ],
)
def test_what_is_not_a_period_of_months_is_refused(
    api: Api, client: str, query: dict[str, str]
) -> None:
    path = f"/v1/clients/{client}/statistics"
    answer = api.as_client(client, "GET", path, query_string=query)
    assert answer.status_code == 422


def test_nothing_that_is_stored_ties_a_count_to_a_licence_or_call(
    api: Api, services: Services, client: str
) -> None:
    bulk = services.databases.bulk
    owner = next(one.id for one in services.clients.all() if one.external_id == client)
    calls = list(bulk["calls"].find({"client": owner}))
    ids = {call["record_id"] for call in calls} | {call["licence"] for call in calls}
    anonymise(api, client)
    fold(services)
    names = ("statistics", "statistics_pending", "statistics_folds")
    stored = [found for name in names for found in bulk[name].find()]
    assert {found["client"] for found in stored if "client" in found} >= {owner}
    assert not [one for one in ids if str(one) in str(stored)]


def test_an_erasure_says_whether_it_leaves_counts() -> None:
    fields = {"id": uuid4(), "client_id": uuid4(), "role": Role.PROCESSOR, "category": "call"}

    def leaves(rule: str, action: Action) -> bool:
        erasure = Erasure(**fields, rule=rule, at=None, salt=b"", items=(), action=action)
        return erasure.leaves_counts

    assert leaves("ROLE-5", Action.ERASE)
    assert leaves("RET-10", Action.ANONYMISE)
    assert not leaves("RET-2", Action.ERASE)
