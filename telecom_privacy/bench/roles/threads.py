"""Many threads ask one side at the same time; what was answered is checked afterwards."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
        taken = [self.pool.submit(_answers, side, each, start) for each in steps]
        start.wait()
        wall, processor = time.perf_counter(), time.process_time()
        answers = _results(taken)
        took = Timed(time.perf_counter() - wall, time.process_time() - processor)
        for asked, answered in zip(steps, answers, strict=True):
            for step, answer in zip(asked, answered, strict=True):
                check(side.name, step, answer)
        return took


@contextmanager
def crew() -> Iterator[Crew]:
    with ThreadPoolExecutor(MOST_THREADS) as pool:
        yield Crew(pool)


def _answers(side: Side, steps: Sequence[Step], start: threading.Barrier) -> list[object]:
    start.wait()
    return [perform(side, step) for step in steps]


def _results(taken: Sequence[Future[list[object]]]) -> list[list[object]]:
    return [one.result() for one in taken]
