"""Making erasures final: what lives on reads as before, the keys above what was erased are new."""

from collections import Counter
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import Node, NodeKind
from tests.builders import Api, MovableClock, recording_path, tone
from tests.retention.builders import certificates_of, client_id, sweep

CALLER, OTHER = "+33612345678", "+33698765432"


@pytest.fixture
def calls(api: Api, client: str) -> str:
    """A client with calls `gone`, which was deleted, and `kept`, and their recordings."""
    for call in ("gone", "kept"):
        assert api.put_call(client, call, api.call()).status_code == 201
        assert api.put_recording(client, call, tone(1)).status_code == 201
    other = {"from": OTHER, "to": "+33187654321"}
    assert api.put_call(client, "other", api.call(**other)).status_code == 201
    path = f"/v1/clients/{client}/calls/gone"
    assert api.as_client(client, "DELETE", path).status_code == 204
    return client


def generations(services: Services, client: str) -> Counter[str]:
    """How many live generations the nodes of a client have, per kind and role."""
    nodes = services.databases.keystore["keys"].find({"client": client_id(services, client)})
    found: Counter[str] = Counter()
    for node in nodes:
        kind, role = node["_id"].split("/")[:2]
        found[f"{kind}/{role}"] += len(node["generations"])
    return found


def secrets(services: Services) -> dict[str, Any]:
    """The commitment of each live generation of each node."""
    return {
        node["_id"]: {entry["commitment"] for entry in node["generations"].values()}
        for node in nodes(services)
    }


def nodes(services: Services) -> list[dict[str, Any]]:
    live = {"generations": {"$exists": True}}
    return list(services.databases.keystore["keys"].find(live))


def assert_reads(api: Api, client: str) -> None:
    calls = f"/v1/clients/{client}/calls"
    listed = api.as_client(client, "GET", f"{calls}?number=%2B{CALLER[1:]}").json["items"]
    assert [one["id"] for one in listed] == ["kept"]
    listed = api.as_client(client, "GET", f"{calls}?number=%2B{OTHER[1:]}").json["items"]
    assert [one["id"] for one in listed] == ["other"]
    assert api.as_client(client, "GET", f"{calls}/gone").status_code == 410
    assert api.as_client(client, "GET", recording_path(client, "kept")).data == tone(1)
    traffic = f"/v1/clients/{client}/traffic?number=%2B{OTHER[1:]}"
    assert len(api.as_("billing", "GET", traffic).json["items"]) == 1


def test_what_was_not_erased_reads_on_and_is_found_by_its_numbers(
    api: Api, services: Services, calls: str
) -> None:
    before, sizes = secrets(services), generations(services, calls)
    done = services.finality.run("test")

    assert done is not None
    assert done.erasures > 0
    assert done.record_keys > 0
    assert done.tokens == 2
    assert_reads(api, calls)
    assert generations(services, calls) == sizes
    after, owner = secrets(services), str(client_id(services, calls))
    changed = {name.split(owner)[0] for name in after if after[name] != before.get(name)}
    assert changed == {f"{kind}/processor/" for kind in ("client-key", "period-key", "index-key")}
    assert api.put_call(calls, "new", api.call()).status_code == 201
    assert api.as_client(calls, "GET", f"/v1/clients/{calls}/calls/new").status_code == 200


def test_certificates_are_revised_once_they_are_final(
    api: Api, services: Services, clock: MovableClock, calls: str
) -> None:
    clock.advance(seconds=1)
    sweep(services, clock)
    (before,) = certificates_of(api, calls)
    assert (before["final"], before["final_since"]) == (False, None)
    services.finality.run("test")
    (after,) = certificates_of(api, calls)
    assert (after["final"], after["revision"]) == (True, before["revision"] + 1)
    assert after["commitment"] == before["commitment"]
    assert "root key" in after["condition"]


def test_without_an_erasure_nothing_is_replaced(
    services: Services, client: str, settings: Any
) -> None:
    before = sorted(path.read_bytes() for path in settings.key_dir.iterdir())
    services.finality.run("test")
    done = services.finality.run("test")
    assert done is not None
    assert done.erasures == 0
    assert len(before) == len(list(settings.key_dir.iterdir())) == 2


def test_a_rotation_replaces_the_roots_alone(
    api: Api, services: Services, calls: str, settings: Any
) -> None:
    roots, before = set(services.provider.roots()), secrets(services)
    done = services.finality.rotate("test")

    assert done is not None
    assert done.keys > 0
    assert done.record_keys == done.tokens == 0
    assert secrets(services) == before
    assert not roots & set(services.provider.roots())
    assert {root["root"] for root in services.databases.keystore["roots"].find()} == set(
        services.provider.roots()
    )
    assert sorted(path.name for path in settings.key_dir.iterdir()) == [
        "controller.key",
        "processor.key",
    ]
    assert_reads(api, calls)


def test_keys_of_every_kind_outlive_the_roots_that_wrapped_them(
    api: Api, services: Services, calls: str
) -> None:
    keys = services.accounts._keys
    before = keys.package_key()
    services.finality.rotate("test")
    assert keys.package_key() == before
    rooted = [node for node in nodes(services) if Node.from_name(node["_id"]).parent is None]
    kinds = {Node.from_name(node["_id"]).kind for node in rooted}
    assert kinds >= {NodeKind.CLIENT, NodeKind.DIRECTORY, NodeKind.SIGNING, NodeKind.PACKAGE}
    wrapped_by = {entry["parent"] for node in rooted for entry in node["generations"].values()}
    assert wrapped_by == set(services.provider.roots())
