"""What the audit log takes: entries that come in batches, and its share of reading."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bench.calls import Seen
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.figures import ratios
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.roles.stage import Stage
from telecom_privacy.bench.roles.steps import Kind, Step
from telecom_privacy.bench.roles.threads import Crew
from telecom_privacy.bench.rounds import Timed, interleaved

_TABLE = "Audit log"
_BATCH = 1_000
_RATE = Great(10_000)
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


def measure_log(plan: Plan, log: AuditLog) -> Measurement:
    """Entries a second, sealed, chained and durable when acknowledged.

    Raises `WrongAnswer` if the log does not hold just those.
    """
    batches = 2 if plan.quick else 10
    found = [_rate(log, batches) for _ in range(plan.rounds)]
    return Measurement(
        table=_TABLE,
        name=f"entries appended, {_BATCH:,} at a time",
        unit="/s",
        values=tuple(rate for rate, _ in found),
        processor=tuple(rate for _, rate in found),
        great=_RATE,
        note="CPU: what one core would take if nothing waited",
    )


def _rate(log: AuditLog, batches: int) -> tuple[float, float]:
    """Entries per second of the clock, and per second of this process's CPU."""
    before = log.size()
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(batches):
        now = datetime.now(UTC)
        details = {"record": "2f6b4a1e-6a53-4a39-8f6e-7a1f3c9f1c55", "purpose": "support"}
        log.append([Event("call.read", "bench", now, None, details)] * _BATCH)
    counts = [batches * _BATCH]
    walls, processors = time.perf_counter() - wall, time.process_time() - processor
    if log.size() - before != counts[0]:
        raise WrongAnswer("the audit log does not hold what was appended")
    return ratios(counts, [walls])[0], ratios(counts, [processors])[0]
