"""`bench growth`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from telecom_privacy.bench.growth import erasures, reads
from telecom_privacy.bench.growth.costs import beyond, curve
from telecom_privacy.bench.growth.erasures import Erasures
from telecom_privacy.bench.growth.expiry import Expiry
from telecom_privacy.bench.growth.finality import prove_finality
from telecom_privacy.bench.growth.reads import ReadCosts
from telecom_privacy.bench.growth.slowdown import measure_slowdown
from telecom_privacy.bench.growth.space import Space
from telecom_privacy.bench.growth.stage import Stage, growing, grown, sizes_of
from telecom_privacy.bench.growth.sweeps import Sweeps
from telecom_privacy.bench.model import Benchmark, Curve, Great, Measurement, Option, Outcome, Plan
from telecom_privacy.bench.sweeper_process import sweeping

_EXPONENTS = "Exponent of growth: 0 is flat, 1 proportional to the store"
_READS = "Milliseconds of a read"
_ERASURES = "Milliseconds until an erasure is done"
_SWEEPS = "Milliseconds of a sweep"
_EXPIRY = "From the end of a recording's term until nobody can open it, a sweeper at work"
_SPACE = "Bytes per record: both copies, their indexes and (side C) keys"
_SOON = Great(25.0, at_most=True)
_WITHIN = Great(2_000.0, at_most=True)
_REMARKS = (
    "Every subject has one call, in two copies, in the 90 days before the run: the store grows "
    "denser, not longer. Only the first 10,000 subjects are ever asked about or erased.",
    "Side A is pymongo alone on the same server with the same indexes, sizes of documents and both "
    "copies of a call; both sides are asked the same, in turn, and nothing twice.",
    "The calls are sealed by our own code, each under keys of its own, and inserted a thousand at "
    "a time with the receipt of one of them: a log entry for each is what they lack.",
    "The embedded server takes about a millisecond to insert a document with these indexes: sizes "
    "that nobody asked for (--sizes) end where ten minutes would be over.",
    "By number is the client's search through all its months, by licence its newest calls, by "
    "subject all that the operator keeps of a person. A asks once where C asks month by month: "
    "exponents are compared, not milliseconds.",
    "A person has one call and a licence five. Before a licence's keys go, whoever may just be "
    "storing something for it is waited for, a second whatever its size. An erasure is "
    "timed to its end: keys, data and log.",
    "A sweep looks at all clients; nothing of most is due. What it erases, 200 in a sweep, is the "
    "operator's copies of calls a year ago, their keys first; its looking round is part of what "
    "each costs.",
    "What is recovered is looked for in an embedded database of its own, also where the rest is "
    "measured on a real MongoDB, whose files are not at hand. The operator's own copies of the "
    "same calls are not erased with the client's, and are no part of it.",
)


@dataclass(frozen=True, slots=True)
class Watches:
    """All that is measured at each size, and the last."""

    plan: Plan
    stage: Stage
    reads: ReadCosts
    erasures: Erasures
    sweeps: Sweeps
    expiry: Expiry
    space: Space

    @classmethod
    def over(cls, plan: Plan, stage: Stage) -> Self:
        """Make what is needed of it once, whatever the size."""
        return cls(
            plan,
            stage,
            ReadCosts(plan, stage),
            Erasures(plan, stage, len(sizes_of(plan))),
            Sweeps(plan, stage),
            Expiry(plan, stage),
            Space(stage),
        )

    def measure(self, size: int) -> int:
        """Returns the size. Raises `WrongAnswer`."""
        self.space.measure(size)
        self.plan.say("reads")
        self.reads.measure(size)
        self.plan.say("erasures")
        self.erasures.measure(size)
        self.plan.say("sweeps")
        self.sweeps.measure(size)
        if not self.plan.quick:
            with self._sweeping():
                self._measure_expiry()
        return size

    def measure_slowdown(self) -> Measurement:
        """Raises `WrongAnswer`. A quick run starts one sweeper alone: recordings expire here."""
        with self._sweeping():
            if self.plan.quick:
                self._measure_expiry()
            self.plan.say("reads while others work")
            return measure_slowdown(self.plan, self.stage, self.sweeps, self.reads.asking)

    def _measure_expiry(self) -> None:
        self.plan.say("recordings whose term ends")
        self.expiry.measure(self.stage.size)

    @contextmanager
    def _sweeping(self) -> Iterator[None]:
        with sweeping(self.stage.tenant.services.settings):
            self.expiry.await_sweeper()
            yield


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    with growing(plan) as stage:
        watches = Watches.over(plan, stage)
        sizes = [watches.measure(size) for size in grown(plan, stage)]
        slower = watches.measure_slowdown()
        plan.say("what is left of what was erased")
        return Outcome(
            measurements=(*_figures(watches), slower, *prove_finality(plan)),
            curves=tuple(_curves(watches)),
            facts={
                "sizes": ", ".join(f"{size:,}" for size in sizes),
                "answers checked": f"{watches.reads.asked:,}",
                "readings of recordings about the end of their term": (
                    f"{watches.expiry.readings:,}, none served after it"
                ),
            },
            remarks=_REMARKS,
        )


def _figures(watches: Watches) -> Iterator[Measurement]:
    yield from _exponents(watches)
    for kind in reads.KINDS:
        for side in ("A", "C"):
            yield from watches.reads.grown(kind, side).at_each_size(_READS)
    for kind in erasures.KINDS:
        yield from watches.erasures.grown(kind).at_each_size(_ERASURES, _SOON)
    for grown_ in (watches.sweeps.idle, watches.sweeps.each):
        yield from grown_.at_each_size(_SWEEPS)
    yield from watches.expiry.grown.at_each_size(_EXPIRY, _WITHIN)
    for grown_ in (watches.space.own, watches.space.plain):
        yield from grown_.at_each_size(_SPACE)


def _exponents(watches: Watches) -> Iterator[Measurement]:
    for kind in reads.KINDS:
        own, plain = (watches.reads.grown(kind, side) for side in ("C", "A"))
        yield own.growth(_EXPONENTS)
        yield plain.growth(_EXPONENTS, great=None)
        yield beyond(own, plain, _EXPONENTS, f"read {kind}, C beyond A")
    for kind in erasures.KINDS:
        yield watches.erasures.grown(kind).growth(_EXPONENTS)
    yield watches.sweeps.idle.growth(_EXPONENTS)
    yield watches.sweeps.each.growth(_EXPONENTS)
    yield watches.space.own.growth(_EXPONENTS)


def _curves(watches: Watches) -> Iterator[Curve]:
    for kind in reads.KINDS:
        lines = [watches.reads.grown(kind, side) for side in ("A", "C")]
        yield curve(f"reads-{kind.replace(' ', '-')}", f"Reads {kind}", lines)
    erased = [watches.erasures.grown(kind) for kind in erasures.KINDS]
    yield curve("erasures", "Erasures", erased)
    yield curve("sweeps", "Sweeps", [watches.sweeps.idle, watches.sweeps.each])
    yield curve("expiry", "From term to loss of the key", [watches.expiry.grown])
    yield curve("space", "Space", [watches.space.own, watches.space.plain])


GROWTH = Benchmark(
    "growth",
    "what depends on the size of the store: reads, erasures, sweeps, space",
    run,
    (Option("sizes", "records at each size, two or more; else as the time allows"),),
)
