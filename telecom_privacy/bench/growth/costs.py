"""Costs at several sizes, as figures, exponents and curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from telecom_privacy.bench.figures import growth_exponent
from telecom_privacy.bench.model import Curve, Great, Measurement, Points

_FLAT = Great(0.05, at_most=True)
_AS_PLAIN = Great(0.03, at_most=True)

Costs = Mapping[int, tuple[float, ...]]
"""By the number of records in the store: one cost a round, above 0."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What one thing costs while the store grows. `processor` is the CPU's part, where known."""

    name: str
    unit: str
    costs: Costs
    processor: Costs | None = None

    @property
    def exponents(self) -> tuple[float, ...]:
        """The exponent of growth, round by round. There are two sizes or more."""
        sizes = list(self.costs)
        by_round = zip(*self.costs.values(), strict=True)
        return tuple(growth_exponent(sizes, costs) for costs in by_round)

    @property
    def points(self) -> Points:
        return tuple((float(size), median(costs)) for size, costs in self.costs.items())

    def at_each_size(self, table: str, great: Great | None = None) -> list[Measurement]:
        return [
            Measurement(
                table,
                f"{self.name}, {size:,} records",
                self.unit,
                costs,
                self.processor[size] if self.processor else (),
                great,
            )
            for size, costs in self.costs.items()
        ]

    def growth(self, table: str, great: Great | None = _FLAT) -> Measurement:
        return Measurement(table, self.name, "", self.exponents, great=great)


def beyond(own: Grown, plain: Grown, table: str, name: str) -> Measurement:
    """By how much our exponent exceeds that of a plain store, round by round."""
    both = zip(own.exponents, plain.exponents, strict=True)
    values = tuple(one - other for one, other in both)
    return Measurement(table, name, "", values, great=_AS_PLAIN)


def curve(file: str, title: str, lines: Sequence[Grown]) -> Curve:
    """The picture of some costs of one unit."""
    named = {line.name: line.points for line in lines}
    return Curve(f"growth-{file}", title, "records in the store", lines[0].unit, named)
