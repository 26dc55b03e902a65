"""Who works when: at once, until death, or with a stand in between while others work."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.model.processes import Process

LONGEST_STAND = timedelta(minutes=9)
"""Recovery takes whoever is about to store something for dead after ten minutes."""

Work = Callable[[], Any]
Then = Callable[[Any], None]


@dataclass(frozen=True)
class Stop:
    """Before its `command`-th command a process stands still, or dies."""

    command: int
    dies: bool = False


@dataclass(frozen=True)
class Worker:
    """A worker of the service, with everything that it keeps in memory."""

    api: Api
    services: Services


@dataclass(frozen=True)
class Standing:
    """A process that stands still: its answer is nobody's yet."""

    process: Process
    then: Then
    worker: Worker
    since: datetime


acting: ContextVar[Worker] = ContextVar("acting")
"""The worker that does what is asked for now, unless it is the first."""


class Schedule:
    """The first worker serves whoever asks; the others run what may be stopped."""

    def __init__(self, workers: Sequence[Worker], clock: MovableClock) -> None:
        self._free = list(workers[1:])
        self._workers = workers
        self._clock = clock
        self.standing: list[Standing] = []

    def perform(self, work: Work, then: Then, stop: Stop | None = None) -> None:
        """Do some work, then what follows from its outcome; unless it dies."""
        if stop is None:
            outcome = work()
            self._forget_what_was_cached()
            then(outcome)
            return
        if not self._free:
            self.finish(self.standing[0])
        worker = self._free.pop()
        process = Process(lambda: _as(worker, work))
        process.go_on(stop.command)
        self.standing.append(Standing(process, then, worker, self._clock.now()))
        if process.is_over or stop.dies:
            self.finish(self.standing[-1], stop.dies)
        self._forget_what_was_cached()

    def let_on(self, one: Standing, commands: int) -> None:
        """Let one that stands still do some more."""
        one.process.go_on(commands)
        if one.process.is_over:
            self.finish(one)
        self._forget_what_was_cached()

    def finish(self, one: Standing, dies: bool = False) -> None:
        """Let one that stands still come to its end, or to a sudden one."""
        self.standing.remove(one)
        self._free.append(one.worker)
        was_over = one.process.is_over
        if dies:
            one.process.die()
        elif not was_over:
            one.process.go_on()
        self._forget_what_was_cached()
        if was_over or not dies:
            one.then(one.process.outcome())

    def pass_time(self, **duration: float) -> None:
        """Nobody stands still for longer than a process may."""
        later = self._clock.now() + timedelta(**duration)
        for one in [one for one in self.standing if later - one.since > LONGEST_STAND]:
            self.finish(one)
        self._clock.advance(**duration)

    def finish_all(self) -> None:
        while self.standing:
            self.finish(self.standing[0])

    def kill_all(self) -> None:
        while self.standing:
            self.finish(self.standing[0], dies=True)

    def _forget_what_was_cached(self) -> None:
        """As if a second had passed: what one worker destroyed, the others do not use."""
        for worker in self._workers:
            worker.services.epoch.advance()


def _as(worker: Worker, work: Work) -> Any:
    acting.set(worker)
    return work()
