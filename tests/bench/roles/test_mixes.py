"""GDPRbench's mixes: the shares of the paper, drawn by seed, for threads that do not meet."""

from collections import Counter

import pytest

from telecom_privacy.bench.roles.mixes import MIXES, Drawing
from telecom_privacy.bench.roles.steps import Kind, Step
from telecom_privacy.bench.roles.world import World
from tests.bench.conftest import small_world

_READS = {Kind.READ, Kind.READ_SUBJECT, Kind.READ_LICENCE, Kind.MAY_RECORD, Kind.IS_GONE, Kind.LOG}


@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: mix.role)
def test_the_shares_add_up(mix) -> None:
    assert sum(mix.shares.values()) == pytest.approx(1)


def test_the_shares_are_those_of_the_paper() -> None:
    shares = {mix.role: mix.shares for mix in MIXES}
    controller = shares["controller"]
    assert controller[Kind.CREATE] == 0.25
    deletions = (Kind.DELETE, Kind.DELETE_LICENCE, Kind.DELETE_SUBJECT)
    assert sum(controller[kind] for kind in deletions) == pytest.approx(0.25)
    assert shares["customer"][Kind.DELETE] == 0.2
    assert shares["processor"][Kind.READ] == 0.8
    assert list(shares["regulator"].values()) == [0.46, 0.31, 0.23]
    assert {kind for role in ("processor", "regulator") for kind in shares[role]} == _READS


def test_steps_come_in_these_shares(world: World) -> None:
    processor = next(mix for mix in MIXES if mix.role == "processor")
    drawn = Counter(step.kind for step in Drawing(world, processor, 0, 1).steps(2_000))
    for kind, share in processor.shares.items():
        assert drawn[kind] / 2_000 == pytest.approx(share, abs=0.04)


def test_the_same_seed_draws_the_same_steps() -> None:
    assert _steps(small_world(3)) == _steps(small_world(3))
    assert _steps(small_world(3)) != _steps(small_world(4))


def test_threads_ask_for_calls_of_their_own() -> None:
    world = small_world()
    keys = [
        {step.key for mix in MIXES for step in Drawing(world, mix, thread, 4).steps(40)} - _logs()
        for thread in range(4)
    ]
    assert all(not one & other for one in keys for other in keys if one is not other)
    assert [world.subjects_of(0, 1)] == [list(range(world.subjects))]


def _logs() -> set[str]:
    return {str(number) for number in range(1_000)}


def _steps(world: World) -> list[Step]:
    return [step for mix in MIXES for step in Drawing(world, mix, 0, 1).steps(20)]
