"""Counting erased records: each once, whatever is killed or repeated, and only in groups."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import Unavailable
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.statistics.model import SMALLEST, Batch, ErasedRecord, Group
from telecom_privacy.statistics.repository import StatisticsRepository
from telecom_privacy.statistics.service import StatisticsService
from tests.builders import MovableClock, raw_documents
from tests.erasure.kills import killed_at

MONTH = "2026-03"
STEPS = [
    pytest.param("insert_pending", id="before anything"),
    pytest.param("begin", id="pending"),
    pytest.param("add", id="fold begun"),
    pytest.param("finish", id="counted"),
]


class World:
    """Counts of one client. What is being erased is said by `erasing`."""

    def __init__(self, services: Services) -> None:
        self.client_id = uuid4()
        self.erasing = False
        self.repository = StatisticsRepository(services.databases.bulk)
        self.service = StatisticsService(self.repository, lambda _: self.erasing, MovableClock())

    def group(self, category: str = "call", month: str = MONTH) -> Group:
        return Group(self.client_id, Role.PROCESSOR, month, category, "in")

    def records(self, count: int, group: Group | None = None) -> list[ErasedRecord]:
        return [ErasedRecord(uuid4(), group or self.group()) for _ in range(count)]

    def expect(self, records: list[ErasedRecord]) -> None:
        self.repository.insert_pending(records)

    def shown(self) -> dict[Group, int]:
        scope = Scope(self.client_id, NO_ID, Role.PROCESSOR)
        return {one.group: one.count for one in self.repository.fetch_shown(scope, None, None)}

    def fold(self) -> None:
        self.service.fold_all(lambda: None)


@pytest.fixture
def world(services: Services) -> World:
    return World(services)


def test_records_count_once_they_have_gone(world: World) -> None:
    world.expect(world.records(12))
    world.erasing = True
    world.fold()
    assert world.shown() == {}
    world.erasing = False
    world.fold()
    assert world.shown() == {world.group(): 12}


def test_what_becomes_pending_while_it_is_counted_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a replay repeats an erasure that is closed, or one is finished by two processes."""
    pending = world.repository._pending
    fetch = StatisticsRepository.fetch_pending
    rest: list[Any] = []

    class Folding:
        """The collection, of which a fold sees nothing, then a part, and at last all."""

        def __getattr__(self, name: str) -> Any:
            return getattr(pending, name)

        def insert_many(self, documents: list[Any], **options: Any) -> None:
            world.fold()
            pending.insert_many(documents[:40], **options)
            rest.extend(documents[40:])
            world.fold()

    def read_and_filled(self: StatisticsRepository, batch: Batch) -> list[ErasedRecord]:
        found = fetch(self, batch)
        if rest:
            pending.insert_many(rest)
            rest.clear()
        return found

    monkeypatch.setattr(StatisticsRepository, "fetch_pending", read_and_filled)
    monkeypatch.setattr(world.repository, "_pending", Folding())
    world.expect(world.records(100))
    monkeypatch.setattr(world.repository, "_pending", pending)
    world.fold()
    world.fold()
    assert world.shown() == {world.group(): 100}
    assert list(world.repository.fetch_batches()) == []


def test_a_record_whose_erasure_was_begun_twice_counts_once(world: World) -> None:
    records = world.records(11)
    world.expect(records)
    world.expect(records[3:] + world.records(12))
    world.fold()
    world.fold()
    assert world.shown() == {world.group(): 23}


def test_more_than_one_fold_takes_count_to_the_last(world: World) -> None:
    other = world.group("recording")
    world.expect(world.records(520))
    world.expect(world.records(20, other))
    world.fold()
    assert world.shown() == {world.group(): 520, other: 20}


@pytest.mark.parametrize("count", [520, 1520])
def test_all_that_is_pending_is_read_once_and_never_all_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    world.expect(world.records(count))
    fetch, reads = StatisticsRepository.fetch_pending, []

    def counted(repository: StatisticsRepository, batch: Batch) -> object:
        found = fetch(repository, batch)
        reads.append(len(found))
        return found

    monkeypatch.setattr(StatisticsRepository, "fetch_pending", counted)
    world.fold()
    world.fold()
    assert world.shown() == {world.group(): count}
    assert sum(reads) == count
    assert max(reads) <= 500


def test_a_client_that_is_being_erased_is_asked_about_once_in_a_pass(world: World) -> None:
    asked: list[UUID] = []
    world.service = StatisticsService(
        world.repository, lambda client: not asked.append(client), MovableClock()
    )
    for _ in range(3):
        world.expect(world.records(1))
    world.fold()
    assert asked.count(world.client_id) == 1


def test_a_batch_of_which_nothing_came_to_be_pending_is_forgotten(world: World) -> None:
    records = world.records(10)
    world.expect(records)
    world.expect(records)  # they are pending in the first batch, and stay there
    world.erasing = True
    world.fold()
    assert len(batches(world)) == 2
    world.erasing = False
    world.fold()
    assert batches(world) == []
    assert world.shown() == {world.group(): 10}


def batches(world: World) -> list[Batch]:
    return [one for one in world.repository.fetch_batches() if one.client_id == world.client_id]


def test_a_small_group_is_not_shown_until_it_has_grown(world: World) -> None:
    seen = []
    for _ in range(SMALLEST + 5):
        world.expect(world.records(1))
        world.fold()
        seen.append(world.shown().get(world.group(), 0))
    assert seen == [0] * (SMALLEST - 1) + [SMALLEST] * 6


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 30), max_size=6))
def test_two_readings_never_tell_of_fewer_than_a_group(
    services: Services, batches: list[int]
) -> None:
    world, before = World(services), 0
    for count in batches:
        world.expect(world.records(count))
        world.fold()
        after = world.shown().get(world.group(), 0)
        assert after == before or after - before >= SMALLEST
        before = after
    assert sum(batches) - before < SMALLEST


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_loses_no_record_and_counts_none_twice(world: World, step: str) -> None:
    world.expect(world.records(15))
    more = world.records(14)
    with killed_at(StatisticsRepository, step):
        world.expect(more)
        world.fold()
    if step == "insert_pending":
        world.expect(more)
    world.service.fold_all(lambda: None)
    world.service.fold_all(lambda: None)
    assert world.shown() == {world.group(): 29}


def test_two_processes_that_fold_at_once_count_once(world: World) -> None:
    """Each is overtaken by the other at each of its steps."""

    def overtaken(method: str) -> Callable[..., object]:
        original = getattr(StatisticsRepository, method)

        def call(*arguments: object) -> object:
            with pytest.MonkeyPatch.context() as inner:
                inner.setattr(StatisticsRepository, method, original)
                world.fold()
            return original(*arguments)

        return call

    for method in ("begin", "add", "finish"):
        world.expect(world.records(10))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StatisticsRepository, method, overtaken(method))
            world.fold()
    assert world.shown() == {world.group(): 30}


def test_a_late_repetition_of_a_fold_changes_nothing(world: World) -> None:
    world.expect(world.records(10))
    with killed_at(StatisticsRepository, "finish"):
        world.fold()
    stalled = world.repository.fetch_fold(Scope(world.client_id, NO_ID, Role.PROCESSOR))
    world.fold()
    world.expect(world.records(10))
    world.fold()
    for group, count in stalled.counts:
        world.repository.add(group, count, stalled.number)
    world.repository.finish(stalled)
    assert world.shown() == {world.group(): 20}


def test_what_is_stored_of_a_count_names_no_record(services: Services, world: World) -> None:
    records = world.records(12)
    world.expect(records)
    world.fold()
    stored = raw_documents(services.databases)
    assert not [one for one in records if one.record_id.bytes in stored]


def test_a_client_that_cannot_be_counted_does_not_keep_others_waiting(
    services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = World(services)
    for one in (world, other):
        one.expect(one.records(10, one.group()))
    fetch = StatisticsRepository.fetch_fold

    def damaged(repository: StatisticsRepository, scope: Scope) -> object:
        if scope.client_id == world.client_id:
            raise KeyError("number")
        return fetch(repository, scope)

    monkeypatch.setattr(StatisticsRepository, "fetch_fold", damaged)
    kept_alive: list[None] = []
    world.service.fold_all(lambda: kept_alive.append(None))
    assert other.shown() == {other.group(): 10}
    assert len(kept_alive) >= 2
    monkeypatch.undo()
    world.fold()


def test_a_database_that_is_away_ends_the_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.expect(world.records(1))

    def away(repository: StatisticsRepository, scope: Scope) -> object:
        raise Unavailable("the database does not answer")

    monkeypatch.setattr(StatisticsRepository, "fetch_fold", away)
    with pytest.raises(Unavailable):
        world.service.fold_all(lambda: None)
