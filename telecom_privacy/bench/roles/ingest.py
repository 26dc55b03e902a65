"""How late a call is acknowledged while they come in at half of the highest rate."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from telecom_privacy.bench.calls import InventedCall, invent
from telecom_privacy.bench.figures import percentile
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.command_times import CommandTimes
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.tenant import new_tenant
from telecom_privacy.bootstrap import Services

_THREADS = 16
_SUBJECTS, _LICENCES = 1_000, 16
_TABLE = "Calls handed in one by one, at half of the highest rate"
_GREAT = Great(10, at_most=True)


@dataclass(frozen=True, slots=True)
class Delay:
    """Of one call, in seconds: the whole since it was due to be handed in; the database's part."""

    whole: float
    database: float


def measure_ingest(plan: Plan, times: CommandTimes, services: Services) -> list[Measurement]:
    """Raises `WrongAnswer` for a call that is not taken."""
    seconds, highest_seconds = (1.0, 1.0) if plan.quick else (10.0, 3.0)
    calls = _Calls(plan.seed)
    tenant = new_tenant(services, [f"licence-{number}" for number in range(_LICENCES)])
    hand_in = ServiceSide(tenant).create
    rates, delays = [], []
    for _ in range(plan.rounds):
        rates.append(_highest_rate(lambda: hand_in(calls.next()), highest_seconds))
        one = partial(_delay, hand_in, times, calls)
        delays.append(open_loop(one, rates[-1] / 2, seconds))
    whole = [[delay.whole for delay in round_] for round_ in delays]
    added = [[delay.whole - delay.database for delay in round_] for round_ in delays]
    return [
        Measurement(_TABLE, "highest rate", "/s", tuple(rates), note=f"{_THREADS} threads"),
        _percentile("p50 of the whole delay", whole, 0.5),
        _percentile("p99 of the whole delay", whole),
        _percentile(
            "p99 of what was added to the database's own time",
            added,
            great=_GREAT,
            note="waiting for a thread, and for a log entry that another thread writes, included",
        ),
    ]


def open_loop(act: Callable[[float], Delay], rate: float, seconds: float) -> list[Delay]:
    """Have `act` done `rate` times a second, whether or not the last ones have ended.

    It is given the moment (of `time.perf_counter`) at which it was to be done, and counts its delay
    from there: what waits for others is late, too (no coordinated omission).
    """
    start = time.perf_counter()
    moments = [start + number / rate for number in range(max(1, int(rate * seconds)))]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(partial(_at, act), moments))


def _at(act: Callable[[float], Delay], moment: float) -> Delay:
    time.sleep(max(0.0, moment - time.perf_counter()))
    return act(moment)


def _delay(
    hand_in: Callable[[InventedCall], None], times: CommandTimes, calls: "_Calls", moment: float
) -> Delay:
    call = calls.next()
    times.take()
    hand_in(call)
    return Delay(time.perf_counter() - moment, times.take().seconds)


def _highest_rate(act: Callable[[], None], seconds: float) -> float:
    """How often `act` is done in a second by threads that begin anew at once."""
    start = time.perf_counter()

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() - start < seconds:
            act()
            done += 1
        return done

    with ThreadPoolExecutor(_THREADS) as pool:
        done = sum(pool.map(work, range(_THREADS)))
    return done / (time.perf_counter() - start)


class _Calls:
    """An endless supply of calls; `next` is called by many threads."""

    def __init__(self, seed: int) -> None:
        self._numbers = count()
        self._seed = seed
        self._start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)

    def next(self) -> InventedCall:
        number = next(self._numbers)
        chance = Random(self._seed + number)  # noqa: S311 - invented data, not a secret
        started_at = self._start + timedelta(milliseconds=number)
        return invent(f"call-{number}", number % _SUBJECTS, _LICENCES, started_at, chance)


def _percentile(
    name: str,
    rounds: Sequence[Sequence[float]],
    share: float = 0.99,
    great: Great | None = None,
    note: str = "",
) -> Measurement:
    values = tuple(1000 * percentile(round_, share) for round_ in rounds)
    return Measurement(_TABLE, name, "ms", values, great=great, note=note)
