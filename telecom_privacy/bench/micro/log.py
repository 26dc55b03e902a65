"""What the audit log takes of entries that come many at a time."""

import time
from datetime import UTC, datetime

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.figures import ratios
from telecom_privacy.bench.model import Great, Measurement, Plan

_TABLE = "Audit log"
_BATCH = 1_000
_RATE = Great(10_000)


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
