"""A ciphertext or key that is moved elsewhere in the databases never opens there."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import IntegrityError
from tests.builders import STAFF, Api
from tests.keys.world import World, assert_refused

ELSEWHERE = ["two", "other-licence", "foreign", "last-month"]
ENVELOPE_OF = {"licence": "other-licence", "month": "last-month", "record_id": "two"}


@pytest.fixture(scope="module")
def module_world(module_api: Api, services: Services) -> World:
    return World.build(module_api, services)


@pytest.fixture
def world(module_world: World) -> Iterator[World]:
    """What a test changes is undone after it."""
    before = module_world.snapshot()
    yield module_world
    module_world.restore(before)


@pytest.mark.parametrize("fields", [("payload",), ("key",), ("payload", "key")])
@pytest.mark.parametrize("source", ELSEWHERE)
def test_a_call_does_not_open_in_another_record(
    world: World, source: str, fields: tuple[str, ...]
) -> None:
    found = world.call(source)
    world.change("calls", world.call("one"), **{name: found[name] for name in fields})
    assert_refused(world.read("one"))


@pytest.mark.parametrize("source", ELSEWHERE)
def test_a_call_does_not_open_elsewhere_with_its_record_key_moved_along(
    world: World, source: str
) -> None:
    found, target = world.call(source), world.call("one")
    world.put_slot(target["key"], world.slot(found["key"]))
    world.change("calls", target, payload=found["payload"])
    assert_refused(world.read("one"))


@pytest.mark.parametrize("field", ENVELOPE_OF)
def test_a_call_does_not_open_under_an_altered_envelope(world: World, field: str) -> None:
    altered = {field: world.call(ENVELOPE_OF[field])[field]}
    world.change("calls", world.call("one"), **altered)
    assert_refused(world.read("one"))


def test_a_call_does_not_open_for_another_client(world: World) -> None:
    moved = world.call("one")
    mine = {name: moved[name] for name in ("record_id", "licence", "month", "key", "payload")}
    world.change("calls", world.call("foreign"), **mine)
    assert_refused(world.read("foreign"))


@pytest.mark.parametrize("fields", [("payload",), ("payload", "key")])
def test_a_call_and_its_traffic_record_cannot_change_roles(
    world: World, fields: tuple[str, ...]
) -> None:
    call, traffic = world.call("other-licence"), world.traffic("other-licence")
    world.change("calls", call, **{name: traffic[name] for name in fields})
    world.change("traffic", traffic, **{name: call[name] for name in fields})

    assert_refused(world.read("other-licence"))
    assert_refused(world.api.as_("billing", "GET", "/v1/clients/alpha/traffic"))


def test_a_call_cannot_stand_in_for_a_recordings_metadata(world: World) -> None:
    call = world.call("one")
    entry = {**call["recordings"][0], "record_id": call["record_id"]}
    entry |= {"metadata": call["payload"], "key": call["key"]}
    world.change("calls", call, recordings=[entry])
    assert_refused(world.listen("one"))


@pytest.mark.parametrize("fields", [("metadata",), ("key",), ("metadata", "key")])
@pytest.mark.parametrize("source", ["two", "foreign"])
def test_a_recording_does_not_open_in_another_call(
    world: World, source: str, fields: tuple[str, ...]
) -> None:
    found = world.recording(source)
    moved = {**world.recording("one"), **{name: found[name] for name in fields}}
    world.change("calls", world.call("one"), recordings=[moved])
    assert_refused(world.listen("one"))


def test_metadata_does_not_open_as_a_call(world: World) -> None:
    entry = world.recording("one")
    moved = {"payload": entry["metadata"], "key": entry["key"], "record_id": entry["record_id"]}
    world.change("calls", world.call("one"), **moved)
    assert_refused(world.read("one"))


@pytest.mark.parametrize("source", ["two", "foreign"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_segment_of_another_recording_is_never_played(
    world: World, source: str, number: int
) -> None:
    segments = world.bulk["segments"]
    other = segments.find_one({"content": world.recording(source)["record_id"], "n": number})
    mine = segments.find_one({"content": world.recording("one")["record_id"], "n": number})
    world.change("segments", mine, data=other["data"])

    for headers in ({}, {"Range": f"bytes={70_000 * number}-{70_000 * number + 9}"}):
        with pytest.raises(IntegrityError):
            world.listen("one", **headers).get_data()


def test_segments_that_changed_places_are_never_played(world: World) -> None:
    content = world.recording("one")["record_id"]
    first, second = world.bulk["segments"].find({"content": content, "n": {"$in": [0, 1]}})
    world.change("segments", first, data=second["data"])
    world.change("segments", second, data=first["data"])
    with pytest.raises(IntegrityError):
        world.listen("one").get_data()


@pytest.mark.parametrize("target", ["two", "foreign"])
def test_a_wrapped_record_key_does_not_open_in_another_slot_or_page(
    world: World, target: str
) -> None:
    world.put_slot(world.call(target)["key"], world.slot(world.call("one")["key"]))
    assert_refused(world.read(target))


@pytest.mark.parametrize(
    ("source", "target"),
    [("licence", "other-licence"), ("category", "licence"), ("last-month", "licence")],
)
def test_a_period_key_does_not_open_in_another_place(
    world: World, source: str, target: str
) -> None:
    places = {
        "licence": place(world, "one"),
        "other-licence": place(world, "other-licence"),
        "last-month": place(world, "last-month"),
        "category": place(world, "one", "recording"),
    }
    world.move_key(
        world.node("period-key", name=places[source]), world.node("period-key", name=places[target])
    )
    reader = {"licence": "one", "other-licence": "other-licence"}[target]
    assert_refused(world.read(reader))


def test_a_client_key_does_not_open_for_another_client_or_role(world: World) -> None:
    alpha, beta = world.client_id("alpha"), world.client_id("beta")
    mine = world.node("client-key", client=alpha, name="processor")
    world.move_key(mine, world.node("client-key", client=beta, name="processor"))
    assert_refused(world.read("foreign"))

    world.move_key(world.node("client-key", client=alpha, name="controller"), mine)
    assert_refused(world.read("one"))


def test_an_index_key_does_not_open_for_another_month_or_client(world: World) -> None:
    alpha, beta = world.client_id("alpha"), world.client_id("beta")
    this_month, last_month = world.call("one")["month"], world.call("last-month")["month"]
    target = world.node("index-key", client=alpha, month=this_month)
    search = "/v1/clients/alpha/calls?number=%2B33612345678"
    assert world.api.as_client("alpha", "GET", search).status_code == 200

    for source in ({"client": alpha, "month": last_month}, {"client": beta, "month": this_month}):
        world.move_key(world.node("index-key", **source), target)
        assert_refused(world.api.as_client("alpha", "GET", search))


@pytest.mark.parametrize("fields", [("payload",), ("key",), ("payload", "key")])
def test_clients_and_licences_do_not_open_as_one_another(
    world: World, fields: tuple[str, ...]
) -> None:
    alpha = world.client_id("alpha")
    one, two = world.collection("licences").find({"client": alpha})
    world.change("licences", one, **{name: two[name] for name in fields})
    other = world.document("clients", world.client_id("beta"))
    world.change("clients", world.document("clients", alpha), **{n: other[n] for n in fields})

    licences = world.api.request(
        "GET", "/v1/clients/alpha/licences", world.api.key("admin"), headers=STAFF
    )
    client = world.api.as_("admin", "GET", "/v1/clients/alpha")
    assert_refused(licences)
    assert_refused(client)


PARTS = {"node": 1, "generation": 5, "record": 6, "commitment": 22, "wrapped": 54}


@pytest.mark.parametrize("at", PARTS.values(), ids=PARTS)
def test_an_altered_record_key_is_refused(world: World, at: int) -> None:
    call = world.call("one")
    world.put_slot(call["key"], with_other_byte(world.slot(call["key"]), at))
    assert_refused(world.read("one"))


def test_a_record_key_of_another_length_is_refused(world: World) -> None:
    call = world.call("one")
    world.put_slot(call["key"], world.slot(call["key"])[:-1])
    assert_refused(world.read("one"))


@pytest.mark.parametrize("level", ["client-key", "period-key"])
def test_an_altered_commitment_is_refused(world: World, level: str) -> None:
    call = world.call("one")
    name = place(world, "one") if level == "period-key" else f"processor/{call['client']}"
    node = world.node(level, name=name)
    generations = {"1": altered(node["generations"]["1"])}
    world.move_key({"generations": generations}, node)
    assert_refused(world.read("one"))


def test_an_audit_detail_does_not_open_as_another(world: World) -> None:
    batches = world.services.databases.audit["batches"]
    batch = batches.find_one({"count": {"$gte": 2}})
    change = {"details.0.sealed": batch["details"][1]["sealed"]}
    batches.update_one({"_id": batch["_id"]}, {"$set": change})
    path = f"/v1/audit/entries?from={batch['first']}&count=1"
    assert_refused(world.api.as_("dpo", "GET", path))


def test_a_record_id_that_nobody_sealed_opens_nothing(world: World) -> None:
    world.change("calls", world.call("one"), record_id=uuid4())
    assert_refused(world.read("one"))


def place(world: World, call: str, category: str = "call") -> str:
    """The part of a period key's name that tells where it belongs."""
    found = world.call(call)
    return f"processor/{found['client']}/{found['licence']}/{category}/{found['month']}"


def altered(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "commitment": with_other_byte(entry["commitment"], 0)}


def with_other_byte(stored: bytes, at: int) -> bytes:
    return stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
