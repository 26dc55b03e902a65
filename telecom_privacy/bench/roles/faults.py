"""Is a wrong answer noticed? Sides with planted faults, each of which must be caught."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from telecom_privacy.bench.calls import Seen, number_of
from telecom_privacy.bench.roles.mixes import MIXES, Drawing
from telecom_privacy.bench.roles.steps import Kind, Side, Step, check, perform
from telecom_privacy.bench.roles.world import World
from telecom_privacy.errors import TelecomPrivacyError

_FOREIGN = Seen("call-of-another", "+33261911002", "", ())

Spoil = Callable[..., object]
"""Is given a method of a side and its arguments, and answers in its place."""


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    method: str
    spoil: Spoil


def _nothing(ask: Callable[..., Any], *arguments: Any) -> None:
    del ask, arguments


FAULTS = (
    Fault("a new call is lost", "create", _nothing),
    Fault("a change is lost", "change", _nothing),
    Fault("a deleted call stays", "delete", _nothing),
    Fault("an old version is read", "read", lambda ask, *a: replace(ask(*a), note="")),
    Fault("another's call is found", "read_subject", lambda ask, *a: [*ask(*a), _FOREIGN]),
    Fault("a call is not found", "read_licence", lambda ask, *a: ask(*a)[1:]),
    Fault("an objection is overlooked", "may_record", lambda ask, *a: not ask(*a)),
    Fault("a deletion is denied", "is_gone", lambda ask, *a: not ask(*a)),
    Fault("the log lacks an entry", "entries", lambda ask, *a: ask(*a) - 1),
)


class _Planted:
    """A side with a fault."""

    def __init__(self, side: Side, fault: Fault) -> None:
        self._side = side
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._side, name)
        return partial(self._fault.spoil, found) if name == self._fault.method else found


def planted(side: Side, fault: Fault) -> Side:
    """Return `side` with a fault."""
    return cast(Side, _Planted(side, fault))


def is_caught(side: Side, world: World) -> bool:
    """Whether something that a side with a fault answers is found wrong. It holds the world."""
    with suppress(TelecomPrivacyError):  # that a call is not found is as wrong
        walk(side, world)
        return False
    return True


def walk(side: Side, world: World) -> None:
    """Ask a side one of everything, after each role what is left of all calls, before another
    deletes what was written wrongly. Raises `WrongAnswer`.
    """
    for mix in MIXES:
        for step in Drawing(world, mix, 0, 1).one_of_each():
            check(side.name, step, perform(side, step))
        check_all(side, world)


def check_all(side: Side, world: World) -> None:
    """Compare all calls that a side holds with the world's. Raises `WrongAnswer`."""
    for step in all_calls(world):
        check(side.name, step, perform(side, step))


def all_calls(world: World) -> list[Step]:
    """The steps that read all calls."""
    return [
        Step(Kind.READ_SUBJECT, number_of(subject), world.of_subject(subject))
        for subject in range(world.subjects)
    ]
