"""What a restore of the bulk data alone takes back, and what it does not."""

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.retention.builders import call_status, new_client, put_recorded_call
from tests.retention.test_replay import backup, restore


def test_no_change_of_clients_licences_or_keys_is_taken_back(api: Api, services: Services) -> None:
    client = new_client(api)
    path = f"/v1/clients/{client}"
    api.client_key(client)
    put_recorded_call(api, client, "call")
    created = api.as_("admin", "POST", "/v1/api-keys", json={"role": "auditor", "label": "leaver"})
    assert created.status_code == 201
    copy = backup(services.databases.bulk)

    change = {"options": ["recording", "storage_extension"]}
    assert api.as_("admin", "PATCH", path, json=change).status_code == 200
    api.create_licence(client, "joined")
    revoked = api.as_("admin", "DELETE", f"/v1/api-keys/{created.json['id']}")
    assert revoked.status_code == 204
    before = api.as_("admin", "GET", path).json
    restore(services, services.databases.bulk, copy)
    services.replay.run("test")

    assert api.as_("admin", "GET", path).json == before
    assert call_status(api, client, "call") == 200
    put_recorded_call(api, client, "another", licence_id="joined")
    key = created.json["key"]
    assert api.request("GET", "/v1/erasures", key).status_code == 401


def test_a_call_that_was_changed_since_the_backup_is_gone(api: Api, services: Services) -> None:
    client = new_client(api)
    put_recorded_call(api, client, "call")
    copy = backup(services.databases.bulk)
    path = f"/v1/clients/{client}/calls/call"
    assert api.as_client(client, "PATCH", path, json={"note": "new"}).status_code == 200
    restore(services, services.databases.bulk, copy)
    services.replay.run("test")
    assert call_status(api, client, "call") == 410


def test_numbers_are_found_after_a_restore_from_before_their_keys_were_replaced(
    api: Api, services: Services, clock: MovableClock
) -> None:
    client = new_client(api)
    for call in ("erased", "kept"):
        put_recorded_call(api, client, call)
    copy = backup(services.databases.bulk)
    path = f"/v1/clients/{client}/calls"
    assert api.as_client(client, "DELETE", f"{path}/erased").status_code == 204
    clock.advance(seconds=2)
    assert services.finality.run("test").tokens > 0
    restore(services, services.databases.bulk, copy)
    services.replay.run("test")
    number = {"number": "+33612345678"}
    found = api.as_client(client, "GET", path, query_string=number).json["items"]
    assert [one["id"] for one in found] == ["kept"]
