"""The figures of a load: a table a rate, and a curve."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import mean

from telecom_privacy.bench.figures import percentile
from telecom_privacy.bench.load.model import Reply, Step
from telecom_privacy.bench.model import Curve, Measurement, Points

_PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_MILLISECONDS = 1_000
_BY_KIND = 0.5

Steps = Mapping[float, Sequence[Step]]


def tables(steps: Steps) -> Iterator[Measurement]:
    """Figures of each rate, and those by what was asked at half of the highest."""
    for share, rounds in steps.items():
        yield from _of_rate(f"The mix at {share:.0%} of the highest rate", rounds)
    if _BY_KIND in steps:
        yield from _by_kind("By what was asked, at half of the highest rate", steps[_BY_KIND])


def delay_curve(steps: Steps) -> Curve:
    """Delays over the rate that was offered; a rate at which all was refused has none."""
    lines = {name: _line(steps, _delay(share)) for name, share in _PERCENTILES.items()}
    return Curve("load", "Delay of right answers", "questions a second", "ms", lines)


def served_curve(steps: Steps) -> Curve:
    lines = {
        "offered": _line(steps, lambda step: step.offered),
        "answered": _line(steps, lambda step: step.served),
    }
    title = "What is answered of what is asked"
    return Curve("load_served", title, "questions a second", "right answers a second", lines)


def _of_rate(table: str, rounds: Sequence[Step]) -> Iterator[Measurement]:
    yield Measurement(table, "asked", "/s", tuple(step.offered for step in rounds))
    yield Measurement(table, "answered", "/s", tuple(step.served for step in rounds))
    for name, share in _PERCENTILES.items():
        yield Measurement(table, name, "ms", tuple(_delay(share)(step) for step in rounds))
    yield Measurement(table, "mean time of the database", "ms", tuple(_database(s) for s in rounds))
    yield Measurement(table, "refused, to come again", "%", tuple(100 * s.refused for s in rounds))
    for name in rounds[0].usage.processor:
        cores = tuple(step.usage.cores(name) for step in rounds)
        yield Measurement(table, f"CPU of {name}", "cores", cores)


def _by_kind(table: str, rounds: Sequence[Step]) -> Iterator[Measurement]:
    right = [reply for step in rounds for reply in step.replies if reply.is_right]
    for kind in sorted({reply.kind for reply in right}):
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            values = tuple(v for step in rounds for v in _of_kind(step.replies, kind, share))
            yield Measurement(table, f"{kind}, {name}", "ms", values)


def _of_kind(replies: Sequence[Reply], kind: str, share: float) -> Iterator[float]:
    """One figure, or none for a round in which this was not answered."""
    delays = [reply.delay for reply in replies if reply.is_right and reply.kind == kind]
    if delays:
        yield _MILLISECONDS * percentile(delays, share)


def _delay(share: float) -> Callable[[Step], float]:
    return lambda step: _MILLISECONDS * percentile(step.delays, share)


def _database(step: Step) -> float:
    """The mean time that a right answer waited for the database."""
    return _MILLISECONDS * mean(reply.database for reply in step.replies if reply.is_right)


def _line(steps: Steps, value: Callable[[Step], float]) -> Points:
    """The middle round of each rate."""
    return tuple(
        (rounds[0].offered, sorted(value(step) for step in rounds)[len(rounds) // 2])
        for rounds in steps.values()
    )
