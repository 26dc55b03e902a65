"""What an operation costs the processor beyond what pymongo alone takes for it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.plain import plain_side
from telecom_privacy.bench.opponents.server import document_bytes
from telecom_privacy.bench.roles.mixes import LOGGED, Drawing, Mix
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.roles.steps import Kind, Side, Step, check, perform
from telecom_privacy.bench.roles.world import World
from telecom_privacy.bench.tenant import new_tenant
from telecom_privacy.bootstrap import Services

_TABLE = "CPU added per operation (services - pymongo alone), one thread"
_CALLS, _FEW_CALLS, _LICENCES = 360, 24, 4
_TIMES, _FEW_TIMES = 15, 1
_GREAT = Great(0.25, at_most=True)

_KINDS = (
    Kind.CREATE,
    Kind.READ,
    Kind.READ_SUBJECT,
    Kind.READ_LICENCE,
    Kind.MAY_RECORD,
    Kind.CHANGE,
    Kind.DELETE,
    Kind.LOG,
)
_EACH = Mix("each", dict.fromkeys(_KINDS, 1 / len(_KINDS)), is_skewed=False)

Added = dict[Kind, list[float]]


def measure_processor(plan: Plan, services: Services) -> list[Measurement]:
    """Raises `WrongAnswer`."""
    world = World(plan.seed, _FEW_CALLS if plan.quick else _CALLS, _LICENCES, datetime.now(UTC))
    tenant = new_tenant(services, [world.licence(n) for n in range(_LICENCES)], "counted")
    tenant.load(world.all_calls())
    ours = ServiceSide(tenant)
    ours.fill_log(LOGGED)
    with plain_side(plan, document_bytes(services.databases.bulk, "calls")) as plain:
        plain.load(world.all_calls())
        plain.load_log(LOGGED)
        tenant.object(world.objectors())
        for number in world.objectors():
            plain.object(number)
        for call_id in world.bury_some():
            plain.delete(call_id)
            ours.delete(call_id)
        return list(_measured(plan, world, plain, ours))


def _measured(plan: Plan, world: World, plain: Side, ours: Side) -> Iterator[Measurement]:
    times = _FEW_TIMES if plan.quick else _TIMES
    _added(world, plain, ours, 1)  # caches are cold
    rounds = [_added(world, plain, ours, times) for _ in range(plan.rounds)]
    for kind in rounds[0]:
        values = tuple(median(added[kind]) for added in rounds)
        yield Measurement(_TABLE, kind.value, "ms", values, great=_GREAT)


def _added(world: World, plain: Side, ours: Side, times: int) -> Added:
    """Milliseconds added to each, by kind of operation."""
    added: Added = {}
    for _ in range(times):
        for step in Drawing(world, _EACH, 0, 1).one_of_each():
            extra = _processor(ours, step) - _processor(plain, step)
            added.setdefault(step.kind, []).append(1000 * extra)
    return added


def _processor(side: Side, step: Step) -> float:
    start = time.thread_time()
    answer = perform(side, step)
    took = time.thread_time() - start
    check(side.name, step, answer)
    return took
