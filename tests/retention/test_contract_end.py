"""The end of a contract: reminders, then everything hosted for the client goes at once (RET-3)."""

from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.service import ClientService
from telecom_privacy.erasure.model import Pair
from telecom_privacy.erasure.schedule import CONTRACT_END
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.keys.model import client_node
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at
from tests.retention.builders import (
    call_status,
    certificates_of,
    client_id,
    counts,
    end_contract,
    local,
    new_client,
    put_recorded_call,
    stored_documents,
    sweep,
    traffic_count,
)

CLOSES_AT = local("2027-07-01 00:00")
SETTLED_AT = CLOSES_AT + timedelta(minutes=10)


@pytest.fixture
def ended(api: Api, clock: MovableClock) -> str:
    """A client whose window closes at the end of 30 June."""
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    end_contract(api, client, "2027-05-31")
    return client


def reminders(api: Api, client: str) -> list[dict[str, Any]]:
    answer = api.as_("admin", "GET", f"/v1/clients/{client}")
    return answer.json["contract"]["reminders"]


def reminded(api: Api, client: str) -> list[str]:
    return [one["due_on"] for one in reminders(api, client) if one["reminded_at"]]


def has_client_key(services: Services, client: str) -> bool:
    name = client_node(client_id(services, client), Role.PROCESSOR).name
    document = services.databases.keystore["keys"].find_one({"_id": name})
    return document is not None and "generations" in document


def test_reminders_are_given_14_7_and_1_days_before_the_window_closes(
    api: Api, services: Services, clock: MovableClock, ended: str
) -> None:
    assert [one["due_on"] for one in reminders(api, ended)] == [
        "2027-06-16",
        "2027-06-23",
        "2027-06-29",
    ]
    for now, expected in [
        ("2027-06-15 23:59", []),
        ("2027-06-16 00:00", ["2027-06-16"]),
        ("2027-06-22 23:59", ["2027-06-16"]),
        ("2027-06-29 10:00", ["2027-06-16", "2027-06-23", "2027-06-29"]),
    ]:
        clock.set(local(now))
        sweep(services, clock)
        sweep(services, clock)
        assert reminded(api, ended) == expected
    entries = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").json["items"]
    said = [e["detail"] for e in entries if e["detail"]["action"] == "contract.reminder_due"]
    due = [e["details"]["due_on"] for e in said if e["client"] == str(client_id(services, ended))]
    assert due == ["2027-06-16", "2027-06-23", "2027-06-29"]


def test_a_client_whose_contract_goes_on_has_no_reminders(api: Api, client: str) -> None:
    assert reminders(api, client) == []


def test_when_the_window_is_over_the_client_key_is_destroyed_and_the_data_certified(
    api: Api, services: Services, clock: MovableClock, ended: str
) -> None:
    clock.set(CLOSES_AT - timedelta(seconds=1))
    sweep(services, clock)
    assert has_client_key(services, ended)
    assert call_status(api, ended, "call-1") == 200

    clock.set(CLOSES_AT)
    sweep(services, clock)
    assert call_status(api, ended, "call-1") == 410
    assert certificates_of(api, ended) != []
    assert has_client_key(services, ended)  # a late writer may still be storing
    clock.set(SETTLED_AT)
    sweep(services, clock)
    assert not has_client_key(services, ended)
    below = services.databases.keystore["keys"].find({"client": client_id(services, ended)})
    roles = {key["_id"].split("/")[1] for key in below if "generations" in key}
    assert roles == {"controller"}
    assert [
        "gone_at" in call
        for call in stored_documents(services, "calls", client_id(services, ended))
    ] == [True]
    assert counts(certificates_of(api, ended)[0]) == {"recording": 1, "call": 1, "licence": 1}
    assert traffic_count(api, ended) == 1
    assert call_status(api, ended, "call-1") == 410
    assert api.put_call(ended, "call-2", api.call(ended_ago=timedelta(days=60))).status_code == 410


@pytest.mark.parametrize(
    ("owner", "method"), [(Eraser, "erase_nodes"), (ClientService, "note_destroyed")]
)
def test_a_kill_while_the_key_is_destroyed_only_delays_the_rest(
    api: Api, services: Services, clock: MovableClock, ended: str, owner: type, method: str
) -> None:
    clock.set(SETTLED_AT)
    with killed_at(owner, method):
        services.sweeps.run("test")
    clock.advance(minutes=2)
    sweep(services, clock)
    assert not has_client_key(services, ended)
    assert counts(certificates_of(api, ended)[0]) == {"recording": 1, "call": 1, "licence": 1}


def test_a_resumed_contract_keeps_its_key(
    api: Api, services: Services, clock: MovableClock, ended: str
) -> None:
    path = f"/v1/clients/{ended}/contract-end"
    assert api.as_("admin", "DELETE", path).status_code == 204
    clock.set(CLOSES_AT + timedelta(days=1))
    sweep(services, clock)
    assert has_client_key(services, ended)
    assert call_status(api, ended, "call-1") == 200


def test_the_end_of_a_contract_is_scheduled(
    services: Services, clock: MovableClock, ended: str
) -> None:
    pair = Pair(client_id(services, ended), CONTRACT_END)
    found = services.databases.bulk["schedule"].find_one({"_id": pair.key})
    assert found["next"] <= clock.now()
