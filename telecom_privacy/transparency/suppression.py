"""Which numbers may be shown, so that no small one is told or can be computed: pure.

A number from 1 to 4 is small. The parts of a line add up to a number that is shown beside them;
so others are withheld with a small one until it could still be anything from 1 to 4. There are no
totals over lines but one, which is shown on the same condition.
"""

from collections.abc import Collection, Mapping, Sequence

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

    The smallest of the others are withheld first; all are where that does not suffice.
    """
    hidden = {place for place, number in enumerate(numbers) if _is_small(number)}
    while not _are_protected([numbers[place] for place in hidden]):
        others = [p for p, number in enumerate(numbers) if number >= FEWEST and p not in hidden]
        if not others:
            return [None] * len(numbers)
        hidden.add(min(others, key=numbers.__getitem__))
    return [
        number if place not in hidden else FEW if _is_small(number) else None
        for place, number in enumerate(numbers)
    ]


def total(numbers: Collection[int]) -> Shown:
    """Return the sum of numbers of which the small ones are not shown; None if it tells one."""
    small = [number for number in numbers if _is_small(number)]
    return sum(numbers) if _are_protected(small) else None


def _is_small(number: int) -> bool:
    return 0 < number < FEWEST


def _are_protected(hidden: Sequence[int]) -> bool:
    """Whether each small one may still be anything from 1 to 4 for who knows the sum of all.

    He knows of each whether it is small: if not, it is 5 or more.
    """
    if not any(map(_is_small, hidden)):
        return True
    known = sum(hidden)
    least = sum(1 if _is_small(number) else FEWEST for number in hidden)
    most = sum(FEWEST - 1 if _is_small(number) else known for number in hidden)
    could_be_one = known - (most - (FEWEST - 1)) <= 1
    could_be_four = known - (least - 1) >= FEWEST - 1
    return could_be_one and could_be_four
