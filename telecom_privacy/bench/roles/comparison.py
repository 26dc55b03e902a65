"""The four sides side by side: every role, at 1, 8 and 32 threads, in a time that is given."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from telecom_privacy.bench.figures import geometric_mean, ratios
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.roles.mixes import MIXES, Drawing, Mix
from telecom_privacy.bench.roles.stage import Stage
from telecom_privacy.bench.roles.steps import Side, Step
from telecom_privacy.bench.roles.threads import Crew
from telecom_privacy.bench.rounds import Timed, interleaved

_THREADS, _FEW_THREADS = (1, 8, 32), (1, 4)
_PROBED = 32
"""So many steps, over all threads, tell how long one takes."""

_QUICK_STEPS = 2
_JUDGED = 32
_KEPT = Great(0.70)
_KEPT_BY_ANY = Great(0.55)
_AHEAD = Great(1.0)
_PROCESSOR = Great(0.25, at_most=True)

Turns = Mapping[str, tuple[Timed, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """The turns of each side at one role and number of threads, so many `steps` each."""

    role: str
    threads: int
    steps: int
    turns: Turns

    def rates(self, side: str) -> tuple[float, ...]:
        """Operations a second, round by round."""
        return tuple(self.steps / turn.wall for turn in self.turns[side])

    def processor(self, side: str) -> tuple[float, ...]:
        """Milliseconds of the asking threads' CPU per operation, round by round."""
        return tuple(1000 * turn.processor / self.steps for turn in self.turns[side])

    @property
    def seconds(self) -> float:
        """Those of all turns."""
        return sum(turn.wall for turns in self.turns.values() for turn in turns)

    def kept(self, side: str, other: str) -> tuple[float, ...]:
        """The share of another's throughput that a side keeps, round by round."""
        return ratios(self.rates(side), self.rates(other))


def compare(plan: Plan, stage: Stage, crew: Crew, seconds: float) -> list[Compared]:
    """All turns last about `seconds`, whatever the machine: each comparison has an equal share of
    what the earlier ones left. Raises `WrongAnswer` for the first answer that is not the oracle's.
    """
    threads = _FEW_THREADS if plan.quick else _THREADS
    planned = [(mix, count) for mix in MIXES for count in threads]
    end = time.monotonic() + seconds
    found = []
    for left, (mix, count) in zip(range(len(planned), 0, -1), planned, strict=True):
        share = (end - time.monotonic()) / left
        found.append(_compare(plan, stage, crew, mix, count, share))
    return found


def measurements(found: Sequence[Compared]) -> list[Measurement]:
    """What is reported of all comparisons."""
    return [
        *(one for threads in _threads(found) for one in _kept(_with(found, threads), threads)),
        *_processor(_with(found, 1)),
        *(one for compared in found for one in _rates(compared)),
    ]


def steps_within(seconds: float, probed: int, probe_seconds: float) -> int:
    """How many steps take `seconds` if `probed` of them took `probe_seconds`: one at least."""
    return max(1, int(seconds * probed / probe_seconds))


def _compare(
    plan: Plan, stage: Stage, crew: Crew, mix: Mix, threads: int, seconds: float
) -> Compared:
    plan.say(f"{mix.role}, {threads} threads")
    count = _steps_of_a_turn(plan, stage, crew, mix, threads, seconds)
    rounds = [_drawn(stage, mix, threads, count) for _ in range(plan.rounds)]
    asked = {side.name: partial(_ask, crew, side, rounds) for side in stage.sides}
    return Compared(mix.role, threads, threads * count, interleaved(plan.rounds, asked))


def _steps_of_a_turn(
    plan: Plan, stage: Stage, crew: Crew, mix: Mix, threads: int, seconds: float
) -> int:
    """How many steps each thread takes in a turn. To find out warms all sides up, too."""
    if plan.quick:
        return _QUICK_STEPS
    probed = max(1, _PROBED // threads)
    probe = _drawn(stage, mix, threads, probed)
    took = sum(crew.ask(side, probe).wall for side in stage.sides)
    return steps_within((seconds - took) / plan.rounds, probed, took)


def _drawn(stage: Stage, mix: Mix, threads: int, count: int) -> list[list[Step]]:
    return [Drawing(stage.world, mix, thread, threads).steps(count) for thread in range(threads)]


def _ask(crew: Crew, side: Side, rounds: Sequence[Sequence[Sequence[Step]]], number: int) -> Timed:
    return crew.ask(side, rounds[number])


def _threads(found: Sequence[Compared]) -> list[int]:
    """The numbers of threads, most first."""
    return sorted({one.threads for one in found}, reverse=True)


def _with(found: Sequence[Compared], threads: int) -> list[Compared]:
    return [one for one in found if one.threads == threads]


def _over_roles(found: Sequence[Compared], side: str, other: str) -> tuple[float, ...]:
    """The geometric mean over the roles, round by round."""
    by_round = zip(*(one.kept(side, other) for one in found), strict=True)
    return tuple(geometric_mean(kept) for kept in by_round)


def _kept(found: Sequence[Compared], threads: int) -> list[Measurement]:
    table = f"Throughput kept, {threads} thread{'s' if threads > 1 else ''}"
    overall, worst, ahead = (_KEPT, _KEPT_BY_ANY, _AHEAD) if threads == _JUDGED else (None,) * 3
    return [
        Measurement(table, "C / A over the roles", "", _over_roles(found, "C", "A"), great=overall),
        *(
            Measurement(table, f"C / A, {one.role}", "", one.kept("C", "A"), great=worst)
            for one in found
        ),
        Measurement(table, "C / B over the roles", "", _over_roles(found, "C", "B"), great=ahead),
        Measurement(table, "D / C over the roles", "", _over_roles(found, "D", "C")),
    ]


def _processor(found: Sequence[Compared]) -> list[Measurement]:
    table = "CPU added per operation (C - A), 1 thread"
    return [Measurement(table, one.role, "ms", _added(one), great=_PROCESSOR) for one in found]


def _added(compared: Compared) -> tuple[float, ...]:
    both = zip(compared.processor("C"), compared.processor("A"), strict=True)
    return tuple(ours - plain for ours, plain in both)


def _rates(compared: Compared) -> list[Measurement]:
    return [
        Measurement(
            "Operations a second, of which only ratios are worth comparing",
            f"{compared.role}, {compared.threads} threads, side {side}",
            "/s",
            compared.rates(side),
            note=f"{compared.steps:,} operations a turn",
        )
        for side in compared.turns
    ]
