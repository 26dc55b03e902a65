"""Index keys die with the last record of their month, and not before."""

from datetime import timedelta
from uuid import UUID

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    client_id,
    end_contract,
    local,
    new_client,
    put_recorded_call,
    sweep,
    traffic_count,
)

NOBODY = UUID(int=0)


def months(services: Services, owner: UUID = NOBODY) -> list[str]:
    """The months with an index key: of a client's calls, or of the operator's traffic."""
    keys = services.databases.keystore["keys"].find({"kind": "index-key", "client": owner})
    return sorted(key["month"] for key in keys)


def test_index_keys_live_as_long_as_their_months_can_hold_a_record(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-20 09:00"))
    client = new_client(api)
    owner = client_id(services, client)
    put_recorded_call(api, client, "may", ended_ago=timedelta(0))
    clock.set(local("2027-06-02 09:00"))
    put_recorded_call(api, client, "june", ended_ago=timedelta(0))
    for call_id in ("may", "june"):
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/{call_id}")
    sweep(services, clock)
    assert months(services, owner) == ["2027-05", "2027-06"]  # empty, but a late call may come

    end_contract(api, client, "2027-06-30")
    clock.set(local("2027-07-31 00:00") - timedelta(seconds=1))
    sweep(services, clock)
    assert months(services, owner) == ["2027-05", "2027-06"]
    clock.set(local("2027-07-31 00:00"))
    sweep(services, clock)
    assert months(services, owner) == []
    assert months(services) == ["2027-05", "2027-06"]

    clock.set(local("2028-06-08 09:00"))
    sweep(services, clock)
    assert months(services) == ["2027-06"]
    clock.set(local("2028-07-08 09:00"))
    sweep(services, clock)
    assert months(services) == []


def test_the_operators_index_key_waits_for_the_last_client(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-20 09:00"))
    early, late = new_client(api), new_client(api)
    put_recorded_call(api, early, "call-1", ended_ago=timedelta(days=19))
    put_recorded_call(api, late, "call-1", ended_ago=timedelta(0))
    clock.set(local("2028-05-10 09:00"))
    sweep(services, clock)

    assert (traffic_count(api, early), traffic_count(api, late)) == (0, 1)
    assert months(services) == ["2027-05"]
    assert months(services, client_id(services, early)) == ["2027-05"]
    clock.set(local("2028-06-08 09:00"))
    sweep(services, clock)
    assert months(services) == []


def test_without_any_client_a_month_stays_as_long_as_a_new_one_could_fill_it(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-20 09:00"))
    put_recorded_call(api, new_client(api), "call-1")
    services.databases.audit["clients"].delete_many({})
    services.databases.bulk["traffic"].delete_many({})
    sweep(services, clock)
    assert "2027-05" in months(services)
    clock.set(local("2028-06-08 09:00"))
    sweep(services, clock)
    assert "2027-05" not in months(services)


def test_the_index_key_of_a_month_with_records_of_nobody_stays(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-20 09:00"))
    put_recorded_call(api, new_client(api), "call-1")
    services.databases.audit["clients"].delete_many({})
    clock.set(local("2028-06-08 09:00"))
    sweep(services, clock)
    assert "2027-05" in months(services)


def test_a_destroyed_index_key_is_in_the_log(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-20 09:00"))
    put_recorded_call(api, new_client(api), "call-1")
    clock.set(local("2028-06-08 09:00"))
    size = services.audit.size()
    sweep(services, clock)

    entries = services.audit.entries(size, services.audit.size() - size, lambda _: True)
    destroyed = [e.detail["details"] for e in entries if e.detail["action"] == "key.destroyed"]
    wanted = {"kind": "index-key", "role": "controller", "month": "2027-05"}
    assert any(wanted.items() <= details.items() for details in destroyed)
