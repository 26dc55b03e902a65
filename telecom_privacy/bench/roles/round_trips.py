"""How often the database is asked for one operation: a figure that no other program disturbs."""

from collections.abc import Iterator
from datetime import UTC, datetime

from telecom_privacy.bench.model import Measurement, Plan
from telecom_privacy.bench.opponents.command_times import CommandTimes
from telecom_privacy.bench.opponents.plain import plain_side
from telecom_privacy.bench.roles.mixes import LOGGED, MIXES, Drawing
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.roles.steps import Kind, Side, Step, check, perform
from telecom_privacy.bench.roles.world import World
from telecom_privacy.bench.tenant import new_tenant
from telecom_privacy.bootstrap import Services

_TABLE = "Database commands per operation, one thread"
_CALLS, _FEW_CALLS, _LICENCES = 120, 24, 4
_WARM_UP, _TIMES, _FEW_TIMES = 1, 5, 1

Counts = dict[tuple[Kind, str], list[float]]


def measure_round_trips(plan: Plan, times: CommandTimes, services: Services) -> list[Measurement]:
    """Sides A and C, each kind of operation. Raises `WrongAnswer`."""
    world = World(plan.seed, _FEW_CALLS if plan.quick else _CALLS, _LICENCES, datetime.now(UTC))
    tenant = new_tenant(services, [world.licence(n) for n in range(_LICENCES)], "counted")
    tenant.load(world.all_calls())
    ours = ServiceSide(tenant)
    ours.fill_log(LOGGED)
    with plain_side(plan, 0) as plain:
        plain.load(world.all_calls())
        plain.load_log(LOGGED)
        for number in world.objectors():
            plain.object(number)
        tenant.object(world.objectors())
        for call_id in world.bury_some():
            plain.delete(call_id)
            ours.delete(call_id)
        counts = _counted(times, world, (plain, ours), _FEW_TIMES if plan.quick else _TIMES)
    return [
        Measurement(_TABLE, f"{kind.value}, side {side}", "", tuple(found))
        for (kind, side), found in counts.items()
    ]


def _counted(times: CommandTimes, world: World, sides: tuple[Side, ...], often: int) -> Counts:
    counts: Counts = {}
    for turn in range(_WARM_UP + often):
        for step in _one_of_each(world):
            for side in sides:
                commands = _commands(times, side, step)
                if turn >= _WARM_UP:
                    counts.setdefault((step.kind, side.name), []).append(commands)
    return counts


def _one_of_each(world: World) -> Iterator[Step]:
    for mix in MIXES:
        yield from Drawing(world, mix, 0, 1).one_of_each()


def _commands(times: CommandTimes, side: Side, step: Step) -> float:
    times.take()
    answer = perform(side, step)
    taken = times.take().commands
    check(side.name, step, answer)
    return float(taken)
