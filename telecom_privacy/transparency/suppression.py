"""Which numbers may be shown, so that no small one is told or can be computed: pure.

A number from 1 to 4 is small. The parts of a line add up to a number that is shown beside them;
so with small ones another is withheld, unless they could each be anything from 1 to 4 even so. That
is judged as somebody would who knows these rules too: which one is withheld does not depend on how
large it is. There are no totals over lines but one, which is shown on the same condition.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from telecom_privacy.transparency.model import FEW, Count, Group, Line, Outcome, Shown

FEWEST = 5
"""The smallest number, but for 0, that is shown."""


def line(group: Group, text: str, count: Count) -> Line:
    """Return what may be shown of a group that has any requests."""
    if _is_small(count.received):
        return Line(group, text, FEW, None, dict.fromkeys(Outcome))
    numbers = parts([count.outcomes[outcome] for outcome in Outcome])
    outcomes: Mapping[Outcome, Shown] = dict(zip(Outcome, numbers, strict=True))
    accounts = count.accounts if count.accounts >= FEWEST else None
    return Line(group, text, count.received, accounts, outcomes)


def parts(numbers: Sequence[int]) -> list[Shown]:
    """Return what may be shown of numbers whose sum is shown.

    The first that is not small is withheld with the small ones, where they need it; all numbers
    are where that does not suffice.
    """
    small = [number for number in numbers if _is_small(number)]
    if _tells_nothing(sum(small), len(small)):
        return [_shown(number) for number in numbers]
    first = next((place for place, number in enumerate(numbers) if number >= FEWEST), None)
    if first is None or not _is_hidden_by(numbers[first], small):
        return [None] * len(numbers)
    return [None if place == first else _shown(number) for place, number in enumerate(numbers)]


def total(numbers: Collection[int]) -> Shown:
    """Return the sum of numbers of which the small ones are not shown; None if it tells one."""
    small = [number for number in numbers if _is_small(number)]
    return sum(numbers) if _tells_nothing(sum(small), len(small)) else None


def _is_small(number: int) -> bool:
    return 0 < number < FEWEST


def _shown(number: int) -> Shown:
    return FEW if _is_small(number) else number


def _tells_nothing(known: int, count: int) -> bool:
    """Whether each of `count` small numbers may be anything from 1 to 4 if their sum is `known`."""
    return _may_be_anything(count, lambda total: total == known)


def _is_hidden_by(large: int, small: Sequence[int]) -> bool:
    """The same if what is known is the sum of them and of a large one that is withheld with them.

    And that it had to be: their own sum is not one that tells nothing.
    """
    count, known = len(small), sum(small) + large
    return _may_be_anything(
        count, lambda total: known - total >= FEWEST and not _tells_nothing(total, count)
    )


def _may_be_anything(count: int, is_possible: Callable[[int], bool]) -> bool:
    """Whether with any value of one of `count` small numbers some possible sum can be reached."""
    others = range(count - 1, (count - 1) * (FEWEST - 1) + 1)
    return count == 0 or all(
        any(is_possible(value + rest) for rest in others) for value in range(1, FEWEST)
    )
