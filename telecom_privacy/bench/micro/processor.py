"""What an operation costs the processor beyond what pymongo alone takes for it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.command_times import CommandTimes
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


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of CPU: of an operation, and of it outside of pymongo's commands."""

    whole: float
    own: float

    def more_than(self, other: "Spent") -> "Spent":
        return Spent(self.whole - other.whole, self.own - other.own)


Added = dict[Kind, list[Spent]]


def measure_processor(plan: Plan, services: Services, times: CommandTimes) -> list[Measurement]:
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
        return list(_measured(plan, Probe(world, times, plain, ours)))


class Probe:
    """Asks both sides the same, one after the other."""

    def __init__(self, world: World, times: CommandTimes, plain: Side, ours: Side) -> None:
        self._world = world
        self._times = times
        self._plain = plain
        self._ours = ours

    def added(self, often: int) -> Added:
        """What our side adds to each operation, by its kind."""
        added: Added = {}
        for _ in range(often):
            for step in Drawing(self._world, _EACH, 0, 1).one_of_each():
                plain = self._spent(self._plain, step)
                extra = self._spent(self._ours, step).more_than(plain)
                added.setdefault(step.kind, []).append(extra)
        return added

    def _spent(self, side: Side, step: Step) -> Spent:
        self._times.take()
        start = time.thread_time()
        answer = perform(side, step)
        whole = time.thread_time() - start
        check(side.name, step, answer)
        return Spent(1000 * whole, 1000 * (whole - self._times.take().processor))


def _measured(plan: Plan, probe: Probe) -> Iterator[Measurement]:
    probe.added(1)  # caches are cold
    rounds = [probe.added(_FEW_TIMES if plan.quick else _TIMES) for _ in range(plan.rounds)]
    for kind in _KINDS:
        wholes = tuple(median(one.whole for one in added[kind]) for added in rounds)
        owns = tuple(median(one.own for one in added[kind]) for added in rounds)
        yield Measurement(_TABLE, kind.value, "ms", wholes, great=_GREAT)
        yield Measurement(_TABLE, f"{kind.value}: outside of pymongo's commands", "ms", owns)
