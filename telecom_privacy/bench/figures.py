"""Arithmetic of measurements."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of `values` do not exceed.

    Nearest rank: always a value that was measured. Raises `ValueError` for no values.
    """
    if not values:
        raise ValueError("no values")
    rank = max(1, math.ceil(share * len(values)))
    return sorted(values)[rank - 1]


def growth_exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The exponent e of the best fit cost = c * size^e: least squares on logarithms.

    0 is flat, 1 proportional. All numbers are above 0, of two sizes or more.
    """
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return covariance / sum((x - middle_x) ** 2 for x in xs)


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> tuple[float, ...]:
    """One ratio per round: both sides of a round had the same machine."""
    return tuple(one / other for one, other in zip(numerators, denominators, strict=True))


def geometric_mean(values: Sequence[float]) -> float:
    return math.exp(sum(math.log(value) for value in values) / len(values))
