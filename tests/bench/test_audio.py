"""Invented recordings are as long as asked, and no place in them is like another."""

import pytest

from telecom_privacy.bench.audio import InventedAudio

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("length", [1, MEGABYTE, 2 * MEGABYTE + 7])
@pytest.mark.parametrize("size", [100_000, MEGABYTE, 5 * MEGABYTE])
def test_its_pieces_are_the_whole(length: int, size: int) -> None:
    audio = InventedAudio(length)
    pieces = list(audio.pieces(size))
    assert b"".join(pieces) == audio.part(0, length - 1)
    assert sum(map(len, pieces)) == length
    assert all(len(piece) == size for piece in pieces[:-1])


def test_a_part_is_what_lies_there() -> None:
    audio = InventedAudio(3 * MEGABYTE)
    whole = audio.part(0, audio.length - 1)
    for first, last in ((0, 0), (MEGABYTE - 1, MEGABYTE), (5, 3 * MEGABYTE - 1)):
        assert audio.part(first, last) == whole[first : last + 1]


def test_blocks_differ() -> None:
    audio = InventedAudio(3 * MEGABYTE)
    blocks = {audio.part(n * MEGABYTE, (n + 1) * MEGABYTE - 1) for n in range(3)}
    assert len(blocks) == 3
