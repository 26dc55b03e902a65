"""The four sides side by side: every role, at 1, 8 and 32 threads."""

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
_TURN_SECONDS = 2.5
"""The slowest side's turn lasts so long at most: the whole is bounded, whatever the machine."""

_MOST_STEPS = 1_200
_PROBES, _QUICK_STEPS = 4, 2
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

    def kept(self, side: str, other: str) -> tuple[float, ...]:
        """The share of another's throughput that a side keeps, round by round."""
        return ratios(self.rates(side), self.rates(other))


def compare(plan: Plan, stage: Stage, crew: Crew) -> list[Compared]:
    """Raises `WrongAnswer` for the first answer that is not the oracle's."""
    threads = _FEW_THREADS if plan.quick else _THREADS
    return [_compare(plan, stage, crew, mix, count) for mix in MIXES for count in threads]


def measurements(found: Sequence[Compared]) -> list[Measurement]:
    """What is reported of all comparisons."""
    return [
        *(one for threads in _threads(found) for one in _kept(_with(found, threads), threads)),
        *_processor(_with(found, 1)),
        *(one for compared in found for one in _rates(compared)),
    ]


def _compare(plan: Plan, stage: Stage, crew: Crew, mix: Mix, threads: int) -> Compared:
    plan.say(f"{mix.role}, {threads} threads")
    count = _QUICK_STEPS if plan.quick else _steps_of_a_turn(stage, crew, mix, threads)
    rounds = [_drawn(stage, mix, threads, count) for _ in range(plan.rounds)]
    asked = {side.name: partial(_ask, crew, side, rounds) for side in stage.sides}
    return Compared(mix.role, threads, threads * count, interleaved(plan.rounds, asked))


def _steps_of_a_turn(stage: Stage, crew: Crew, mix: Mix, threads: int) -> int:
    """How many steps each thread takes in a turn. To find out warms all sides up, too."""
    probe = _drawn(stage, mix, threads, _PROBES)
    slowest = max(crew.ask(side, probe).wall for side in stage.sides) / _PROBES
    return max(_PROBES, min(_MOST_STEPS // threads, int(_TURN_SECONDS / slowest)))


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
        )
        for side in compared.turns
    ]
