"""Rates that rise until the service cannot keep up, and beyond."""

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.load.asking import as_fast_as_answered, at_rate
from telecom_privacy.bench.load.model import Reply, Step, Usage
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.processes import machine_seconds, processor_seconds

SHARES, _FEW_SHARES = (0.25, 0.5, 0.75, 1.0, 2.0), (0.5, 2.0)
"""Rates, by the highest at which the service keeps up."""

CLIENT, WORKERS, DATABASE = "the callers", "the service", "the database"
OTHERS = "other programs"
_PROGRAMS = {WORKERS: "gunicorn", DATABASE: "secantus"}
_CALLERS = 32
_ALL = 0.85
_RISE, _MOST_RISES = 1.5, 8
_KEEPS_UP = 0.8  # the last answers come after the last questions

Act = Callable[[float], Reply]


def highest_rate(act: Act, seconds: float, chance: Random) -> float:
    """The most right answers a second, at rates that rise until the service falls behind.

    It begins with what callers get who ask again at once: they warm caches, too. Raises
    `WrongAnswer`.
    """
    rate = highest = _asked_again(act, seconds)
    for _ in range(_MOST_RISES):
        rate *= _RISE
        step = take_step(act, rate, seconds, chance)
        highest = max(highest, step.served)
        if step.served < _KEEPS_UP * rate:
            break
    return highest


def _asked_again(act: Act, seconds: float) -> float:
    began = time.perf_counter()
    replies = as_fast_as_answered(act, _CALLERS, seconds)
    require_right(replies)
    return sum(reply.is_right for reply in replies) / (time.perf_counter() - began)


def ramp(plan: Plan, act: Act, highest: float, seconds: float) -> Mapping[float, Sequence[Step]]:
    """Take all steps in each round. Returns those of each share. Raises `WrongAnswer`."""
    shares = _FEW_SHARES if plan.quick else SHARES
    steps: dict[float, list[Step]] = {share: [] for share in shares}
    for number in range(plan.rounds):
        chance = Random(plan.seed + number)  # noqa: S311 - arrivals, not a secret
        for share, taken in steps.items():
            plan.say(f"round {number + 1}: {share:.0%} of {highest:.0f}/s")
            taken.append(take_step(act, share * highest, seconds, chance))
    return steps


def take_step(act: Act, rate: float, seconds: float, chance: Random) -> Step:
    """Raises `WrongAnswer` for whatever is neither right nor a refusal."""
    before, began = _used(), time.perf_counter()
    replies = at_rate(act, rate, seconds, chance)
    wall, after = time.perf_counter() - began, _used()
    require_right(replies)
    used = {name: max(0.0, after[name] - before[name]) for name in after}
    return Step(rate, wall, replies, Usage(wall, used))


def require_right(replies: Sequence[Reply]) -> None:
    """Raise `WrongAnswer` that counts what was answered wrongly, by what was asked and status.

    So it does if nothing was answered at all but refusals.
    """
    wrong = Counter((reply.kind, reply.status) for reply in replies if reply.is_wrong)
    if wrong:
        told = ", ".join(f"{kind}: {status} ({n} times)" for (kind, status), n in wrong.items())
        raise WrongAnswer(f"the service answered wrongly, or not at all (0): {told}")
    if not any(reply.is_right for reply in replies):
        raise WrongAnswer("the service refused everything")


def saturated(usage: Usage, workers: int) -> str:
    """What there was no more of while this was used."""
    cores = os.cpu_count() or 1
    used = {name: usage.cores(name) for name in usage.processor}
    told = ", ".join(f"{name} {share:.2f}" for name, share in used.items())
    if sum(used.values()) > _ALL * cores:
        return f"the machine's {cores} cores: {told}"
    if used.get(WORKERS, 0) > _ALL * workers:
        return f"the {workers} workers, each of which runs Python on one core: {told}"
    return f"none of {cores} cores, each waits for another: {told}"


def _used() -> Mapping[str, float]:
    """CPU seconds so far of this process, of those it started that run at all, and of others."""
    started = {name: processor_seconds(word) for name, word in _PROGRAMS.items()}
    own = {CLIENT: time.process_time(), **{name: used for name, used in started.items() if used}}
    return {**own, OTHERS: machine_seconds() - sum(own.values())}
