"""No small number is shown, nor can anybody who knows the method narrow one down."""

from collections.abc import Iterable, Sequence
from itertools import product

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


def test_who_knows_the_rules_too_and_tries_all_numbers_narrows_no_small_one_down() -> None:
    """Every table of four parts up to a sum: what is shown of it, and what else looks the same."""
    most = 24
    alike: dict[tuple[int, tuple[Shown, ...]], list[tuple[int, ...]]] = {}
    for numbers in product(range(most + 1), repeat=4):
        if 5 <= sum(numbers) <= most:
            alike.setdefault((sum(numbers), tuple(parts(numbers))), []).append(numbers)
    for (_, shown), candidates in alike.items():
        for place, number in enumerate(shown):
            values = {candidate[place] for candidate in candidates}
            assert number != FEW or values == {1, 2, 3, 4}, (shown, candidates)
            # A number that is withheld may be small or not.
            assert number is not None or len(values) > 1, (shown, candidates)


@given(NUMBERS)
def test_what_is_shown_of_the_parts_is_true(numbers: list[int]) -> None:
    shown = zip(parts(numbers), numbers, strict=True)
    assert all(one == number for one, number in shown if isinstance(one, int))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([120, 0, 12, 8], [120, 0, 12, 8]),
        ([120, 3, 12, 8], [None, FEW, 12, 8]),
        ([120, 3, 2, 8], [120, FEW, FEW, 8]),
        ([120, 1, 1, 8], [None, FEW, FEW, 8]),
        ([5, 3, 60, 0], [None] * 4),  # with the 5, it could be no 4
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
    assert found.outcomes[Outcome.PENDING] == 7
    assert (found.outcomes[Outcome.GRANTED], found.outcomes[Outcome.REFUSED]) == (None, FEW)
