"""What is given is looked for once while a package is measured, unless it is much."""

from collections.abc import Iterator

import pytest

from tests.disclosure.package.builders import delivery


class Looking:
    """Gives some numbers, and counts how often it was asked for them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.asked = 0

    def __call__(self) -> Iterator[int]:
        self.asked += 1
        yield from range(self._count)


@pytest.mark.parametrize("what", ["calls", "records", "recordings"])
@pytest.mark.parametrize(("count", "asked"), [(0, 1), (200, 1), (201, 3)])
def test_it_is_the_same_each_time(what: str, count: int, asked: int) -> None:
    looking = Looking(count)
    given = getattr(delivery(**{what: looking}).remembered(), what)
    assert [list(given()) for _ in range(3)] == [list(range(count))] * 3
    assert looking.asked == asked


def test_what_was_not_gone_through_to_its_end_is_looked_for_again() -> None:
    looking = Looking(2)
    known = delivery(calls=looking).remembered()
    assert known.gives
    assert list(known.calls()) == [0, 1]
    assert looking.asked == 2


def test_another_look_is_taken_for_each_package() -> None:
    looking = Looking(1)
    made = delivery(calls=looking)
    for _ in range(2):
        assert list(made.remembered().calls()) == [0]
    assert looking.asked == 2
