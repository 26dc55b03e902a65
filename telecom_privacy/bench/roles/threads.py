"""Many threads ask one side at the same time; what was answered is checked afterwards."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from telecom_privacy.bench.roles.steps import Side, Step, check, perform
from telecom_privacy.bench.rounds import Timed

MOST_THREADS = 32


@dataclass(frozen=True, slots=True)
class Crew:
    """Threads that live as long as the run, as do their connections."""

    pool: ThreadPoolExecutor

    def ask(self, side: Side, steps: Sequence[Sequence[Step]]) -> Timed:
        """Have one thread per list ask `side` all its steps. Raises `WrongAnswer`."""
        start = threading.Barrier(len(steps) + 1)
        taken = [self.pool.submit(_ask, side, each, start) for each in steps]
        start.wait()
        wall = time.perf_counter()
        done = [one.result() for one in taken]
        took = Timed(time.perf_counter() - wall, sum(one.processor for one in done))
        for asked, one in zip(steps, done, strict=True):
            for step, answer in zip(asked, one.answers, strict=True):
                check(side.name, step, answer)
        return took


@contextmanager
def crew() -> Iterator[Crew]:
    with ThreadPoolExecutor(MOST_THREADS) as pool:
        yield Crew(pool)


@dataclass(frozen=True, slots=True)
class _Done:
    """What one thread was answered, and the CPU seconds that it alone took."""

    answers: list[object]
    processor: float


def _ask(side: Side, steps: Sequence[Step], start: threading.Barrier) -> _Done:
    start.wait()
    before = time.thread_time()
    answers = [perform(side, step) for step in steps]
    return _Done(answers, time.thread_time() - before)
