"""Sides that take turns, so that whatever slows the machine slows all of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of one turn: on the wall, and of the CPU by all threads of this process."""

    wall: float
    processor: float


def timed(work: Callable[[], object]) -> Timed:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Timed(time.perf_counter() - wall, time.process_time() - processor)


def interleaved(
    rounds: int, sides: Mapping[str, Callable[[int], Timed]]
) -> Mapping[str, tuple[Timed, ...]]:
    """Give every side a turn in each round; they start in turn, too. Returns turns by side.

    A side is called with the number of the round, from 0.
    """
    turns: dict[str, list[Timed]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            turns[name].append(sides[name](number))
    return {name: tuple(taken) for name, taken in turns.items()}
