"""How late calls are acknowledged over HTTP that come in at half of the highest rate."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from telecom_privacy.bench.figures import percentile
from telecom_privacy.bench.load.asking import Asker
from telecom_privacy.bench.load.model import Reply
from telecom_privacy.bench.load.platform import Platform
from telecom_privacy.bench.load.ramp import highest_rate, take_step
from telecom_privacy.bench.model import Great, Measurement, Plan

_TABLE = "Calls handed in one by one over HTTP, at half of the highest rate"
_GREAT = Great(10, at_most=True)
_MILLISECONDS = 1_000


def measure_ingest(plan: Plan, asker: Asker, platform: Platform) -> list[Measurement]:
    """`asker` reaches a service that tells of the database's time. Raises `WrongAnswer`."""
    seconds, highest_seconds = (1.0, 0.5) if plan.quick else (10.0, 3.0)
    hand_in = replace(asker, draw=platform.call).ask_next
    chance = Random(plan.seed)  # noqa: S311 - arrivals, not a secret
    highest = highest_rate(hand_in, highest_seconds, chance)
    plan.say(f"calls handed in at half of {highest:.0f}/s")
    steps = [take_step(hand_in, highest / 2, seconds, chance) for _ in range(plan.rounds)]
    rounds = [[reply for reply in step.replies if reply.is_right] for step in steps]
    return [
        Measurement(_TABLE, "highest rate", "/s", (highest,)),
        _percentile("p50 of the whole delay", rounds, 0.5),
        _percentile("p99 of the whole delay", rounds, 0.99),
        _own(rounds),
        _added(rounds),
    ]


def _percentile(name: str, rounds: Sequence[Sequence[Reply]], share: float) -> Measurement:
    values = [percentile([one.delay for one in replies], share) for replies in rounds]
    return Measurement(_TABLE, name, "ms", _in_milliseconds(values))


def _own(rounds: Sequence[Sequence[Reply]]) -> Measurement:
    values = [percentile([one.database for one in replies], 0.99) for replies in rounds]
    return Measurement(_TABLE, "p99 of the database's own time", "ms", _in_milliseconds(values))


def _added(rounds: Sequence[Sequence[Reply]]) -> Measurement:
    values = [percentile([one.delay - one.database for one in each], 0.99) for each in rounds]
    return Measurement(
        _TABLE,
        "p99 of what was added to the database's own time",
        "ms",
        _in_milliseconds(values),
        great=_GREAT,
        note="HTTP and waiting for a core included, which callers and database use, too",
    )


def _in_milliseconds(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(_MILLISECONDS * value for value in values)
