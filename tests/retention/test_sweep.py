"""What a sweep erases, what it leaves, and in which order (DESIGN §5)."""

import random
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.erasers import CallEraser, RecordingEraser
from telecom_privacy.errors import Conflict
from telecom_privacy.policies.model import Category
from telecom_privacy.retention.certificate_repository import CertificateRepository
from telecom_privacy.retention.model import LEASE, Sweep, SweepState
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock
from tests.policies.oracle import Oracle
from tests.policies.samples import POLICIES
from tests.retention.builders import (
    START,
    Killed,
    call_status,
    certificates_of,
    change,
    client_id,
    counts,
    end_contract,
    key_slots,
    local,
    new_client,
    put_recorded_call,
    recording_status,
    slots_of,
    stored_documents,
    sweep,
    traffic_count,
)

EXTENDED = ["recording", "storage_extension"]


def recording_is_due(services: Services, client: str, call: dict[str, object]) -> bool:
    """A second opinion, judged instant by instant."""
    found = services.clients.by_id(client_id(services, client))
    grace = services.settings.shortening_grace
    oracle = Oracle(found.history, POLICIES, grace, Category.RECORDING, Role.PROCESSOR)
    due_at, _ = oracle.judge(call["ended_at"])
    return due_at is not None and due_at <= services.clock.now()


def live_recordings(document: dict[str, object]) -> int:
    return sum("gone_at" not in entry for entry in document["recordings"])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_sweep_erases_exactly_what_is_due(
    api: Api, services: Services, clock: MovableClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible history, no secret
    clock.set(START + timedelta(days=seed))
    client = new_client(api)
    owner = client_id(services, client)
    for number in range(9):
        for part in range(2):
            put_recorded_call(api, client, f"call-{number}-{part}", ended_ago=timedelta(part))
        options = EXTENDED if chance.random() < 0.5 else ["recording"]
        terms = {"recording": chance.choice(["P20D", "P5M", None, None])}
        change(api, client, options=options, terms=terms)
        clock.advance(days=chance.randint(1, 40), hours=chance.randint(0, 23))

    documents = stored_documents(services, "calls", owner)
    expected = {
        document["_id"]: 0 if recording_is_due(services, client, document) else 1
        for document in documents
    }
    found = sweep(services, clock)

    after = stored_documents(services, "calls", owner)
    assert {document["_id"]: live_recordings(document) for document in after} == expected
    due = sum(1 for left in expected.values() if not left)
    assert 0 < due < len(expected)
    segments = services.databases.bulk["segments"].distinct("content")
    kept = {e["record_id"] for d in after for e in d["recordings"] if "gone_at" not in e}
    erased = {e["record_id"] for d in after for e in d["recordings"] if "gone_at" in e}
    assert kept <= set(segments)
    assert not erased & set(segments)
    assert counts(certificates_of(api, client)[0]) == {"recording": due}
    assert found.state is SweepState.DONE


def test_after_the_window_everything_hosted_is_destroyed_and_calls_leave_tombstones(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    owner = client_id(services, client)
    call = put_recorded_call(api, client, "call-1")
    put_recorded_call(api, client, "call-2")
    end_contract(api, client, "2027-05-31")
    hosted = [slots_of(document) for document in stored_documents(services, "calls", owner)]
    hosted += [slots_of(document) for document in stored_documents(services, "licences", owner)]
    recordings = {
        entry["record_id"]
        for document in stored_documents(services, "calls", owner)
        for entry in document["recordings"]
    }
    clock.set(local("2027-07-01 00:00") - timedelta(seconds=1))
    sweep(services, clock)
    assert call_status(api, client, "call-1") == 200

    clock.set(local("2027-07-01 00:00"))
    sweep(services, clock)

    assert not set.union(*hosted) & key_slots(services)
    tombstones = stored_documents(services, "calls", owner)
    kept = ["_id", "client", "forget_at", "gone_at", "licence"]
    assert [sorted(t) for t in tombstones] == [kept] * 2
    assert stored_documents(services, "licences", owner) == []
    assert not recordings & set(services.databases.bulk["segments"].distinct("content"))
    assert counts(certificates_of(api, client)[0]) == {"recording": 2, "call": 2, "licence": 1}
    assert traffic_count(api, client) == 2
    assert api.put_call(client, "call-1", call).status_code == 410

    forget_tombstones_after_their_time(services, clock, owner)
    clock.set(local("2028-05-31 10:00"))
    sweep(services, clock)
    assert stored_documents(services, "traffic", owner) == []
    clock.set(local("2032-06-01 00:00"))
    sweep(services, clock)
    assert services.databases.audit["clients"].find_one({"_id": owner}) is None


def forget_tombstones_after_their_time(
    services: Services, clock: MovableClock, owner: object
) -> None:
    clock.advance(days=services.settings.tombstone_days, milliseconds=-10)
    services.maintenance._turn()
    assert len(stored_documents(services, "calls", owner)) == 2
    clock.advance(minutes=5)
    services.maintenance._turn()
    assert stored_documents(services, "calls", owner) == []


@pytest.mark.parametrize(("eraser", "category"), [(RecordingEraser, 0), (CallEraser, 1)])
def test_the_keys_are_gone_before_the_data(
    api: Api,
    services: Services,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    eraser: type,
    category: int,
) -> None:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    end_contract(api, client, "2027-05-31")
    document = stored_documents(services, "calls", client_id(services, client))[0]
    keys = [document["recordings"][0]["key"], document["key"]]
    clock.set(local("2027-08-01 00:00"))

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(eraser, "erase_data", killed)
        services.sweeps.run("test")

    left = stored_documents(services, "calls", client_id(services, client))[0]
    assert left["payload"] == document["payload"]
    assert (keys[category]["page"], keys[category]["slot"]) not in key_slots(services)
    assert call_status(api, client, "call-1") == 410
    clock.advance(minutes=2)
    sweep(services, clock)
    tombstone = stored_documents(services, "calls", client_id(services, client))[0]
    assert "payload" not in tombstone


def test_a_second_sweep_erases_nothing_and_certifies_nothing(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    clock.advance(days=91)
    first, second = sweep(services, clock), sweep(services, clock)

    assert first.erased[Category.RECORDING] == 1
    assert len(first.certificates) == 1
    assert sum(second.erased.values()) == 0
    assert second.certificates == []
    assert [one["revision"] for one in certificates_of(api, client)] == [1]


def test_of_two_sweeps_at_once_the_second_leaves_the_work_to_the_first(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    seconds: list[Sweep | None] = []
    started: list[object] = []

    def second(first: Sweep) -> None:
        clock.advance(milliseconds=1)
        seconds.append(services.sweeps.run("test"))
        started.append((services.sweeps.start("test"), first.id))

    services.sweeps.run("test", second)

    assert set(seconds) == {None}
    assert all(returned == first for returned, first in started)
    assert sweep(services, clock).state is SweepState.DONE


def test_a_sweep_that_lost_its_lock_stops(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    new_client(api)
    later: list[Sweep] = []

    def stand_still(first: Sweep) -> None:
        if not later:
            clock.advance(minutes=2)
            later.append(first)
            thread = Thread(target=services.sweeps.run, args=("test", lambda _: overtake(first)))
            thread.start()
            thread.join()

    def overtake(first: Sweep) -> None:
        """The second sweep is killed while it holds the lock."""
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("threading.excepthook", lambda _: None)
        patch.setattr(type(services.sweeps._repository), "unlock", lambda *_: None)
        with pytest.raises(Conflict, match="taken over"):
            services.sweeps.run("test", stand_still)

    assert services.sweeps.read(later[0].id).state is SweepState.FAILED
    clock.advance(minutes=2)
    assert sweep(services, clock).state is SweepState.DONE


def test_the_lock_is_kept_through_recovery_index_keys_and_certificates(
    api: Api, services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of three clients takes longer than half the lease, in whatever step it is."""
    clients = [new_client(api) for _ in range(3)]
    for client in clients:
        put_recorded_call(api, client, "call-1")
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1/recording")
    clock.advance(days=500)
    save, is_empty = CertificateRepository.save, type(services.sweeps._index_keys._traffic).is_empty
    others: list[bool] = []

    def slowly(operation: Callable[..., Any]) -> Callable[..., Any]:
        def operate(*arguments: Any) -> Any:
            clock.advance(seconds=LEASE.total_seconds() - 10)
            rival = Sweep(uuid4(), clock.now(), clock.now())
            others.append(services.sweeps._repository.lock(rival))
            return operation(*arguments)

        return operate

    monkeypatch.setattr(CertificateRepository, "save", slowly(save))
    monkeypatch.setattr(type(services.sweeps._index_keys._traffic), "is_empty", slowly(is_empty))
    found = services.sweeps.run("test")

    assert found is not None
    assert found.state is SweepState.DONE
    assert len(others) >= 4
    assert not any(others)


def test_a_sweep_that_fails_says_so_and_lets_the_next_one_work(
    services: Services, clock: MovableClock, client: str
) -> None:
    seen: list[Sweep] = []

    def interrupt(found: Sweep) -> None:
        seen.append(found)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.sweeps.run("test", interrupt)

    assert services.sweeps.read(seen[0].id).state is SweepState.FAILED
    assert sweep(services, clock).state is SweepState.DONE


def test_what_a_client_agrees_while_the_sweep_works_is_not_erased_under_old_terms(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clients = [new_client(api), new_client(api)]
    for client in clients:
        put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(days=90, seconds=-30)
    changed: list[int] = []

    def change_all(_: Sweep) -> None:
        """After the first client was swept all take the extension, before anything is due."""
        if not changed:
            changed.extend(change(api, client, options=EXTENDED) for client in clients)
            clock.advance(seconds=50)

    services.sweeps.run("test", change_all)

    assert changed == [200, 200]
    assert [recording_status(api, client, "call-1") for client in clients] == [200, 200]
    sweep(services, clock)
    assert [recording_status(api, client, "call-1") for client in clients] == [200, 200]


def test_a_sweep_shows_how_far_it_is(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    new_client(api)
    shown: list[int] = []

    def look(found: Sweep) -> None:
        shown.append(services.sweeps.read(found.id).clients_done)
        clock.advance(seconds=2)

    found = services.sweeps.run("test", look)

    assert found is not None
    assert shown == [0, 2]
    assert services.sweeps.read(found.id).clients_done == found.clients
