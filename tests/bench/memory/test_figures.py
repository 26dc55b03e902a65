"""What is called flat, and what is not."""

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.memory.figures import curve, growth, measurements
from telecom_privacy.bench.memory.watch import Sample

FLAT = [Sample(0, 60), *(Sample(done, 100) for done in range(1, 9)), Sample(8, 0)]
GROWING = [Sample(done, 100 + 10 * done) for done in range(1, 9)]


def test_what_stays_the_same_is_flat_however_it_began() -> None:
    most, flat = measurements("flat", FLAT)
    assert (most.median, flat.median) == (100, 1)
    assert most.is_great and flat.is_great


def test_what_grows_is_not() -> None:
    assert growth(GROWING) == 180 / 120
    most, flat = measurements("growing", GROWING)
    assert not most.is_great and not flat.is_great


def test_work_that_did_nothing_says_nothing() -> None:
    with pytest.raises(WrongAnswer):
        list(measurements("idle", [Sample(0, 60), Sample(0, 61)]))


def test_the_picture_shows_each_by_the_share_of_its_work() -> None:
    lines = curve({"flat": FLAT, "growing": GROWING}).lines
    assert lines["growing"][0] == (12.5, 110)
    assert lines["flat"][-1] == (100, 100)
    assert all(x >= 1 and y > 0 for points in lines.values() for x, y in points)
