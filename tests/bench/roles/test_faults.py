"""The oracle catches what is wrong, and only that."""

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.roles.faults import FAULTS, Fault, check_all, is_caught, planted, walk
from telecom_privacy.bench.roles.world import World
from tests.bench.conftest import small_world
from tests.bench.roles.sides import MemorySide


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("seed", range(5))
def test_a_planted_fault_is_caught(fault: Fault, seed: int) -> None:
    world = small_world(seed)
    assert is_caught(planted(MemorySide(world), fault), world)


@pytest.mark.parametrize("seed", range(5))
def test_right_answers_pass(seed: int) -> None:
    world = small_world(seed)
    assert not is_caught(MemorySide(world), world)


def test_what_is_wrong_is_named_without_what_was_answered(world: World) -> None:
    fault = next(one for one in FAULTS if one.method == "is_gone")
    with pytest.raises(WrongAnswer, match=r"^side M answered wrongly: verify a deletion$"):
        walk(planted(MemorySide(world), fault), world)


def test_a_call_that_nobody_asked_for_is_missed_at_the_end(world: World) -> None:
    side = MemorySide(world)
    check_all(side, world)
    side.delete(world.all_calls()[0].id)
    with pytest.raises(WrongAnswer):
        check_all(side, world)
