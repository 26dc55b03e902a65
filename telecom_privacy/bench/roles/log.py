"""What the audit log takes of reading."""

from collections.abc import Sequence
from functools import partial

from telecom_privacy.bench.calls import Seen
from telecom_privacy.bench.figures import ratios
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.roles.stage import Stage
from telecom_privacy.bench.roles.steps import Kind, Step
from telecom_privacy.bench.roles.threads import Crew
from telecom_privacy.bench.rounds import Timed, interleaved

_TABLE = "Audit log"
_KEPT = Great(0.85)
_THREADS = 32
_READS, _FEW_READS = 640, 32


class _Unlogged(ServiceSide):
    """Side C, but what is read is not logged."""

    def read(self, call_id: str) -> Seen:
        return self.read_unlogged(call_id)


def measure_kept(plan: Plan, stage: Stage, crew: Crew) -> Measurement:
    """The share of the rate of reads by key that is left once each is logged durably.

    Raises `WrongAnswer`.
    """
    count = (_FEW_READS if plan.quick else _READS) // _THREADS
    calls = stage.world.all_calls()
    steps = [
        [Step(Kind.READ, call.id, call.seen) for call in stage.world.chance.choices(calls, k=count)]
        for _ in range(_THREADS)
    ]
    sides = {"logged": ServiceSide(stage.tenant), "unlogged": _Unlogged(stage.tenant)}
    asked = {name: partial(_ask, crew, side, steps) for name, side in sides.items()}
    turns = interleaved(plan.rounds, asked)
    walls = {name: [turn.wall for turn in taken] for name, taken in turns.items()}
    return Measurement(
        table=_TABLE,
        name=f"reads by key kept with each logged, {_THREADS} threads",
        unit="",
        values=ratios(walls["unlogged"], walls["logged"]),
        great=_KEPT,
        note="those who read at the same time share one write of the log",
    )


def _ask(crew: Crew, side: ServiceSide, steps: Sequence[Sequence[Step]], _: int) -> Timed:
    return crew.ask(side, steps)
