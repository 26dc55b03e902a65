"""No small number is shown, nor can anybody who knows the method narrow one down."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.transparency.model import FEW, Count, Group, Outcome, Shown
from telecom_privacy.transparency.suppression import line, parts, total

NUMBERS = st.lists(st.integers(0, 30), min_size=6, max_size=6)
GROUP = Group("tax", "lpf-l96g")


def possible(shown: Sequence[Shown], known: int, place: int) -> set[int]:
    """What a number may be for who knows the sum, and of each hidden one whether it is small."""
    sums = {0}
    for other, number in enumerate(shown):
        if other != place:
            sums = {one + value for one in sums for value in _values(number, known)}
    return {value for value in _values(shown[place], known) if known - value in sums}


def _values(number: Shown, known: int) -> Iterable[int]:
    if number is None:
        return range(5, known + 1)
    return range(1, 5) if number == FEW else [int(number)]


@given(NUMBERS)
def test_a_small_part_of_a_known_sum_may_be_anything_from_1_to_4(numbers: list[int]) -> None:
    shown = parts(numbers)
    assert all(number not in (1, 2, 3, 4) for number in shown)
    if any(number is not None for number in shown):
        small = [place for place, number in enumerate(shown) if number == FEW]
        assert small == [place for place, number in enumerate(numbers) if 0 < number < 5]
        assert all(possible(shown, sum(numbers), place) == {1, 2, 3, 4} for place in small)


@given(NUMBERS)
def test_what_is_shown_of_the_parts_is_true(numbers: list[int]) -> None:
    shown = zip(parts(numbers), numbers, strict=True)
    assert all(one == number for one, number in shown if isinstance(one, int))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([120, 0, 12, 8], [120, 0, 12, 8]),
        ([120, 3, 12, 8], [120, FEW, 12, None]),
        ([120, 3, 2, 8], [120, FEW, FEW, 8]),
        ([120, 1, 1, 8], [120, FEW, FEW, None]),
        ([4, 1, 0, 0], [FEW, FEW, 0, 0]),
        ([4, 4, 0, 0], [None] * 4),  # both would follow from 8
        ([5, 1, 0, 0], [None] * 4),  # so would they from 6
    ],
)
def test_no_more_is_withheld_than_protects(numbers: list[int], expected: list[Shown]) -> None:
    assert parts(numbers) == expected


@given(st.lists(st.integers(1, 30), max_size=6))
def test_the_total_tells_no_small_number(numbers: list[int]) -> None:
    shown: list[Shown] = [FEW if number < 5 else number for number in numbers]
    if (known := total(numbers)) is not None:
        assert known == sum(numbers)
        small = [place for place, number in enumerate(shown) if number == FEW]
        assert all(possible(shown, sum(numbers), place) == {1, 2, 3, 4} for place in small)


def test_of_a_line_with_few_requests_nothing_else_is_shown() -> None:
    count = Count(accounts=300)
    count.outcomes[Outcome.GRANTED] = 4
    found = line(GROUP, "text", count)
    assert (found.received, found.accounts) == (FEW, None)
    assert set(found.outcomes.values()) == {None}


def test_of_a_line_with_more_the_sum_and_the_accounts_are_shown() -> None:
    count = Count(accounts=30)
    count.outcomes |= {Outcome.GRANTED: 20, Outcome.REFUSED: 2, Outcome.PENDING: 7}
    found = line(GROUP, "text", count)
    assert (found.received, found.accounts) == (29, 30)
    assert found.outcomes[Outcome.GRANTED] == 20
    assert (found.outcomes[Outcome.REFUSED], found.outcomes[Outcome.PENDING]) == (FEW, None)
