"""Sweeps while the store grows: what one costs where nothing is due, and for each due record."""

import time
from dataclasses import replace
from datetime import timedelta

from telecom_privacy.bench.calls import InventedCall
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.costs import Grown
from telecom_privacy.bench.growth.stage import Stage
from telecom_privacy.bench.model import Plan
from telecom_privacy.policies.model import Category

_DUE, _FEW_DUE = 200, 20
_PAST_ITS_TERM = timedelta(days=366)  # a year by the calendar, whichever it is
_ACTOR = "bench"


class Sweeps:
    """Sweeps the whole store, at each size, with and without operator's copies that are due."""

    def __init__(self, plan: Plan, stage: Stage) -> None:
        self._rounds = plan.rounds
        self._due = _FEW_DUE if plan.quick else _DUE
        self._stage = stage
        self._idle: dict[int, tuple[float, ...]] = {}
        self._each: dict[int, tuple[float, ...]] = {}
        self._made = 0

    def measure(self, size: int) -> None:
        """Raises `WrongAnswer` unless just what is due is erased."""
        idle, each = [], []
        for _ in range(self._rounds):
            idle.append(self.sweep(erased=0))
            self._stage.loader.load_traffic(self.past_their_term(self._due))
            each.append(self.sweep(erased=self._due) / self._due)
        self._idle[size], self._each[size] = tuple(idle), tuple(each)

    def sweep(self, erased: int) -> float:
        """Sweep all clients; returns milliseconds. Raises as `measure`."""
        start = time.perf_counter()
        sweep = self._stage.tenant.services.sweeps.run(_ACTOR)
        taken = 1000 * (time.perf_counter() - start)
        if sweep is None or sweep.failed_clients or sweep.erased.get(Category.TRAFFIC, 0) != erased:
            raise WrongAnswer("a sweep did not erase just what was due")
        return taken

    @property
    def idle(self) -> Grown:
        return Grown("sweep, nothing due", "ms", self._idle)

    @property
    def each(self) -> Grown:
        return Grown("sweep, per record", "ms", self._each)

    def past_their_term(self, count: int) -> list[InventedCall]:
        """Calls of which no purpose needs a copy any more."""
        return [self._past_its_term() for _ in range(count)]

    def _past_its_term(self) -> InventedCall:
        self._made += 1
        call = self._stage.population.other(f"due-{self._made}", self._made)
        now = self._stage.loader.core.clock.now().replace(microsecond=0)
        started_at = now - _PAST_ITS_TERM - timedelta(milliseconds=self._made)
        return replace(call, started_at=started_at)
