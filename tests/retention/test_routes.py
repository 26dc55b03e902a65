"""Sweeps over HTTP, and who may do what (API.md "Retention, holds, erasure")."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.retention.model import LEASE, Sweep
from telecom_privacy.retention.repository import SweepRepository
from tests.builders import Api, MovableClock
from tests.retention.builders import client_id, local, new_client, put_recorded_call, sweep

SWEEPS = "/v1/retention/sweeps"
PREVIEW = "/v1/retention/preview"
_NOBODY = UUID(int=1)
"""No sweep and no certificate has this id; fixed, so that all processes collect the same tests."""

ROLES = ("platform", "client", "support", "legal", "dpo", "billing", "auditor", "admin")


def finished(api: Api, sweep_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = api.as_("dpo", "GET", f"{SWEEPS}/{sweep_id}").json
        if found["state"] != "running":
            return found
        time.sleep(0.02)
    pytest.fail("the sweep does not end")


def test_a_sweep_runs_in_the_background_and_shows_what_it_did(
    api: Api, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    put_recorded_call(api, client, "call-2", ended_ago=timedelta(days=50))
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1/recording")
    clock.advance(days=60)

    answer = api.as_("admin", "POST", SWEEPS)
    assert answer.status_code == 202
    found = finished(api, answer.json["id"])

    assert found["id"] == answer.json["id"]
    assert found["state"] == "done"
    assert found["finished_at"] is not None
    assert found["progress"] == {
        "clients": 2,  # the operator's own is one
        "clients_done": 2,
        "failed_clients": 0,
        "erased": {"recording": 1},
    }
    listed = api.as_("dpo", "GET", "/v1/erasures").json["items"]
    # One for the day of the client's deletion, one for that of the sweep.
    assert len(listed) == 2
    assert set(found["certificates"]) == {certificate["id"] for certificate in listed}


def test_while_one_sweep_works_the_next_request_gets_its_id(
    api: Api, services: Services, clock: MovableClock
) -> None:
    repository, working = SweepRepository(services.databases.bulk), _sweep(clock)
    assert repository.lock(working)
    repository.save(working)

    assert api.as_("dpo", "POST", SWEEPS).json == {"id": str(working.id)}
    assert api.as_("dpo", "GET", f"{SWEEPS}/{working.id}").json["state"] == "running"
    assert services.sweeps.run("test") is None


def test_a_dead_sweep_says_failed_and_gives_way(
    api: Api, services: Services, clock: MovableClock
) -> None:
    repository, dead = SweepRepository(services.databases.bulk), _sweep(clock)
    assert repository.lock(dead)
    repository.save(dead)

    clock.advance(seconds=LEASE.total_seconds())
    assert api.as_("dpo", "GET", f"{SWEEPS}/{dead.id}").json["state"] == "running"
    clock.advance(milliseconds=1)
    assert api.as_("dpo", "GET", f"{SWEEPS}/{dead.id}").json["state"] == "failed"
    started = api.as_("dpo", "POST", SWEEPS).json["id"]
    assert started != str(dead.id)
    assert finished(api, started)["state"] == "done"


@pytest.mark.parametrize("sweep_id", [_NOBODY, "not-a-uuid"])
def test_an_unknown_sweep_or_certificate_is_404(api: Api, sweep_id: object) -> None:
    for path in (f"{SWEEPS}/{sweep_id}", f"/v1/erasures/{sweep_id}"):
        answer = api.as_("dpo", "GET", path)
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", SWEEPS, {"dpo", "admin"}),
        ("GET", f"{SWEEPS}/{_NOBODY}", {"dpo", "admin"}),
        ("GET", "/v1/erasures", {"dpo", "auditor", "client"}),
        ("GET", f"/v1/erasures/{_NOBODY}", {"dpo", "auditor", "client"}),
        ("GET", "/v1/retention/preview?on=2099-01-01", {"dpo", "admin", "client"}),
    ],
)
def test_only_some_roles_may_ask(
    api: Api, client: str, method: str, path: str, allowed: set[str]
) -> None:
    assert api.request(method, path).status_code == 401
    keys = {role: api.key(role) for role in ROLES if role != "client"}
    keys["client"] = api.client_key(client)
    statuses = {role: api.request(method, path, key).status_code for role, key in keys.items()}
    assert {role for role, status in statuses.items() if status != 403} == allowed


def test_certificates_are_listed_newest_first_in_pages(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-07-01 09:00"))
    clients = [new_client(api) for _ in range(5)]
    for client in clients:
        put_recorded_call(api, client, "call-1")
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    clock.advance(hours=1)
    sweep(services, clock)
    whole = api.as_("dpo", "GET", "/v1/erasures").json["items"]

    found, query = [], {"limit": "2"}
    while query:
        answer = api.as_("dpo", "GET", "/v1/erasures", query_string=query).json
        assert len(answer["items"]) <= 2
        found += answer["items"]
        query = {"limit": "2", "cursor": answer["next"]} if answer["next"] else {}
    assert found == whole
    assert {one["client"] for one in found} == {str(client_id(services, c)) for c in clients}
    assert api.as_("dpo", "GET", "/v1/erasures?limit=501").status_code == 422


def test_a_full_last_page_has_no_next(api: Api, services: Services, clock: MovableClock) -> None:
    for _ in range(4):
        client = new_client(api)
        put_recorded_call(api, client, "call-1")
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    clock.advance(hours=1)
    sweep(services, clock)

    first = api.as_("dpo", "GET", "/v1/erasures?limit=2").json
    query = {"limit": "2", "cursor": first["next"]}
    last = api.as_("dpo", "GET", "/v1/erasures", query_string=query).json
    assert (len(last["items"]), last["next"]) == (2, None)


def test_a_key_limited_to_licences_sees_no_preview_and_no_certificate(
    api: Api, client: str
) -> None:
    key = api.client_key(client, ["licence-1"])
    preview = f"/v1/retention/preview?on=2099-01-01&client={client}"
    for path in (preview, "/v1/erasures", f"/v1/erasures/{uuid4()}"):
        answer = api.request("GET", path, key)
        assert answer.status_code == 403
        assert answer.json["type"].endswith(":licence-limited")


def test_a_client_foresees_its_own_data_only(api: Api, clock: MovableClock, client: str) -> None:
    put_recorded_call(api, client, "call-1")
    on = (clock.now() + timedelta(days=800)).date().isoformat()
    query = {"on": on, "client": client}
    seen = {
        role: {one["category"] for one in asked.json["items"]}
        for role, asked in (
            ("client", api.as_client(client, "GET", PREVIEW, query_string=query)),
            ("dpo", api.as_("dpo", "GET", PREVIEW, query_string=query)),
        )
    }
    assert seen == {"client": {"recording"}, "dpo": {"recording", "traffic"}}


def _sweep(clock: MovableClock) -> Sweep:
    return Sweep(uuid4(), clock.now(), clock.now())
