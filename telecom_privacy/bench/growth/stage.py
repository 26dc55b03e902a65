"""The store that grows: ours and a plain one with the same calls, on the same server."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from telecom_privacy.bench.bulk import BulkLoader, bulk_loader
from telecom_privacy.bench.growth.population import Population
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.plain import PlainSide, plain_side
from telecom_privacy.bench.opponents.server import document_bytes
from telecom_privacy.bench.service import own_services
from telecom_privacy.bench.tenant import Tenant, new_tenant

FIRST, _FEW = 10_000, 200
SIZES = (FIRST, 30_000, 100_000, 300_000)
_FEW_SIZES = (_FEW, 2 * _FEW)
_SECONDS = 430.0
"""Sizes that nobody asked for are cut to what is loaded and measured within so long."""

LICENCES_A_ROUND = 2
_AT_ONCE = 5_000
_ROUNDED_TO = 1_000
_LEAST_GROWTH = 1.5


@dataclass(slots=True)
class Stage:
    """Both stores hold the calls of the first `size` subjects."""

    tenant: Tenant
    loader: BulkLoader
    plain: PlainSide
    population: Population
    size: int = 0

    def grow(self, size: int) -> None:
        """Load what is missing into both stores, beside each other."""
        for start in range(self.size, size, _AT_ONCE):
            calls = self.population.calls(start, min(start + _AT_ONCE, size))
            with ThreadPoolExecutor(2) as pool:
                loading = [pool.submit(side.load, calls) for side in (self.loader, self.plain)]
                for one in loading:
                    one.result()
        self.size = size


@contextmanager
def growing(plan: Plan) -> Iterator[Stage]:
    """Yield a stage that is to grow; it holds one call of nobody's."""
    leaving = len(sizes_of(plan)) * plan.rounds * LICENCES_A_ROUND
    first = min(FIRST, sizes_of(plan)[0])
    population = Population(plan.seed, first, leaving, datetime.now(UTC))
    with ExitStack() as stack:
        services = stack.enter_context(own_services(plan))
        tenant = new_tenant(services, population.licences)
        loader = stack.enter_context(bulk_loader(tenant, population.other("sample")))
        size = document_bytes(services.databases.bulk, "calls")
        plain = stack.enter_context(plain_side(plan, size))
        yield Stage(tenant, loader, plain, population)


def sizes_of(plan: Plan) -> Sequence[int]:
    """What was asked for; else what is tried."""
    return plan.given.get("sizes") or (_FEW_SIZES if plan.quick else SIZES)


def grown(plan: Plan, stage: Stage) -> Iterator[int]:
    """Yield each size once the stage has it: two at least, others as far as there is time.

    What whoever asks does with one size it is taken to do with the next.
    """
    is_bounded = not (plan.quick or plan.given)
    began, loading, measuring = time.monotonic(), 0.0, 0.0
    for size in sizes_of(plan):
        left = _SECONDS - (time.monotonic() - began) - measuring
        goal = _within(left, stage.size, loading, size) if is_bounded and stage.size else size
        if goal == stage.size:
            return
        plan.say(f"{goal:,} records")
        started = time.monotonic()
        stage.grow(goal)
        loaded = time.monotonic()
        yield goal
        loading, measuring = loading + loaded - started, time.monotonic() - loaded
        if goal < size:
            return


def _within(left: float, size: int, loading: float, wanted: int) -> int:
    """How far a store grows in the seconds left; not at all where it grew too little by it."""
    reached = int(size + max(0.0, left) * size / loading) // _ROUNDED_TO * _ROUNDED_TO
    if size == SIZES[0]:  # one size alone says nothing
        reached = max(reached, 2 * size)
    elif reached < _LEAST_GROWTH * size:
        return size
    return min(wanted, reached)
