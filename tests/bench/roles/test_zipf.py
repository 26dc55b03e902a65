"""Keys drawn by Zipf."""

from collections import Counter
from random import Random

import pytest

from telecom_privacy.bench.roles.zipf import EXPONENT, Zipf


def test_ranks_come_as_often_as_zipf_says() -> None:
    chance, zipf = Random(1), Zipf(100)  # noqa: S311 - not a secret
    drawn = Counter(zipf.draw(chance) for _ in range(100_000))
    assert min(drawn) == 0
    assert max(drawn) == 99
    for rank in (1, 9):
        assert drawn[0] / drawn[rank] == pytest.approx((rank + 1) ** EXPONENT, rel=0.1)


def test_of_one_there_is_only_one() -> None:
    assert {Zipf(1).draw(Random(seed)) for seed in range(20)} == {0}  # noqa: S311 - not a secret
