"""Who works when: at once, until death, or with a stand in between while others work."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
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
    """Before its `command`-th command, or write, a process stands still, or dies."""

    command: int
    dies: bool = False
    counts_reads: bool = True


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
        self._first, *self._free = workers
        self._clock = clock
        self.standing: list[Standing] = []

    def perform(self, work: Work, then: Then, stop: Stop | None = None) -> None:
        """Do some work, then what follows from its outcome; unless it dies."""
        if stop is None:
            then(work())
            return
        if not self._free:
            self.finish(self.standing[0])
        worker = self._free.pop()
        _forget_what_was_cached(worker)
        process = Process(lambda: _as(worker, work))
        process.go_on(stop.command, stop.counts_reads)
        self.standing.append(Standing(process, then, worker, self._clock.now()))
        if process.is_over or stop.dies:
            self.finish(self.standing[-1], stop.dies)
        _forget_what_was_cached(self._first)

    def let_on(self, one: Standing, commands: int) -> None:
        """Let one that stands still do some more."""
        _forget_what_was_cached(one.worker)
        one.process.go_on(commands)
        if one.process.is_over:
            self.finish(one)
        _forget_what_was_cached(self._first)

    def finish(self, one: Standing, dies: bool = False) -> None:
        """Let one that stands still come to its end, or to a sudden one."""
        self.standing.remove(one)
        self._free.append(one.worker)
        was_over = one.process.is_over
        if dies:
            one.process.die()
        elif not was_over:
            _forget_what_was_cached(one.worker)
            one.process.go_on()
        _forget_what_was_cached(self._first)
        if (was_over or not dies) and not _is_unknown(outcome := one.process.outcome()):
            one.then(outcome)

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


def _forget_what_was_cached(worker: Worker) -> None:
    """As if a second had passed: what one worker destroyed, another does not use."""
    worker.services.epoch.advance()


def _is_unknown(outcome: Any) -> bool:
    """Whether somebody who stood still for long was told to try again."""
    return getattr(outcome, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE


def _as(worker: Worker, work: Work) -> Any:
    acting.set(worker)
    return work()
