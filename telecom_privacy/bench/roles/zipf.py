"""Which of many is asked for: few often, most seldom (Zipf), as in YCSB and GDPRbench."""

from bisect import bisect_left
from itertools import accumulate
from random import Random

EXPONENT = 0.99


class Zipf:
    """Draws ranks from 0 with a chance proportional to 1 / (rank + 1) ** `EXPONENT`."""

    def __init__(self, count: int) -> None:
        weights = (1 / rank**EXPONENT for rank in range(1, count + 1))
        self._sums = list(accumulate(weights))

    def draw(self, chance: Random) -> int:
        return bisect_left(self._sums, chance.random() * self._sums[-1])
