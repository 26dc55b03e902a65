"""What is told of the memory that was held."""

from collections.abc import Iterator, Mapping, Sequence

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.memory.watch import Sample
from telecom_privacy.bench.model import Curve, Great, Measurement, Points

_TABLE = "Resident memory of a worker"
_MOST, _FLAT = Great(150, at_most=True), Great(1.1, at_most=True)
_POINTS = 40


def measurements(name: str, samples: Sequence[Sample]) -> Iterator[Measurement]:
    """The most that was held, and whether it grew. Raises `WrongAnswer` if nothing was done."""
    working = [one for one in samples if one.done > 0 and one.resident > 0]
    if not working:
        raise WrongAnswer(f"nothing was done while it was watched: {name}")
    highest = max(one.resident for one in samples)
    yield Measurement(_TABLE, f"{name}: most", "MiB", (highest,), great=_MOST)
    yield Measurement(
        _TABLE,
        f"{name}: last quarter of the work / first quarter",
        "",
        (growth(working),),
        great=_FLAT,
    )


def growth(samples: Sequence[Sample]) -> float:
    """The most that was held in the last quarter of the work, per the most in its first."""
    end = samples[-1].done
    first = [one.resident for one in samples if one.done <= end / 4] or [samples[0].resident]
    last = [one.resident for one in samples if one.done >= end * 3 / 4]
    return max(last) / max(first)


def curve(watched: Mapping[str, Sequence[Sample]]) -> Curve:
    """Memory by the share of the work that was done, in percent."""
    lines = {name: _points(samples) for name, samples in watched.items()}
    return Curve("memory", "Resident memory of a worker", "% of the work", "MiB", lines)


def _points(samples: Sequence[Sample]) -> Points:
    working = [one for one in samples if one.done > 0 and one.resident > 0]
    some = working[:: max(1, len(working) // _POINTS)]
    end = working[-1].done
    return tuple((max(1.0, 100 * one.done / end), one.resident) for one in some)
