"""Sides take turns."""

from telecom_privacy.bench.rounds import Timed, interleaved, timed


def test_every_side_has_a_turn_in_each_round_and_they_start_in_turn():
    taken: list[tuple[str, int]] = []

    def side(name):
        def turn(number):
            taken.append((name, number))
            return Timed(number, 0)

        return turn

    turns = interleaved(3, {name: side(name) for name in "ABC"})
    assert "".join(name for name, _ in taken) == "ABCBCACAB"
    assert [number for _, number in taken] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert turns["B"] == (Timed(0, 0), Timed(1, 0), Timed(2, 0))


def test_work_is_timed_on_the_wall_and_on_the_processor():
    took = timed(lambda: sum(range(100_000)))
    assert took.wall > 0
    assert took.processor > 0
