"""Searches raw files for what must not be readable in them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from telecom_privacy.demo.audio import Audio


@dataclass(frozen=True, slots=True)
class Found:
    """What a search read, and how many of the things looked for occur in it."""

    files: int
    bytes: int
    numbers: int
    audios: int


def search(directory: Path, numbers: Iterable[str], audios: Iterable[Audio]) -> Found:
    """Look in every file under `directory` for French numbers (E.164) and pieces of audio.

    The nine digits after +33 or 0 are in every way to write a number without spaces; they are
    looked for as UTF-8 and as UTF-16 of either byte order.
    """
    written = [_writings(number) for number in numbers]
    pieces = [(audio.piece,) for audio in audios]
    contents = list(_contents(directory))
    return Found(
        files=len(contents),
        bytes=sum(len(content) for content in contents),
        numbers=_count(written, contents),
        audios=_count(pieces, contents),
    )


def _writings(number: str) -> tuple[bytes, ...]:
    digits = number.removeprefix("+33")
    return digits.encode(), digits.encode("utf-16-le"), digits.encode("utf-16-be")


def _contents(directory: Path) -> Iterator[bytes]:
    for path in sorted(directory.rglob("*")):
        # A database that works replaces its journal now and then.
        with suppress(FileNotFoundError, IsADirectoryError):
            yield path.read_bytes()


def _count(wanted: Iterable[Sequence[bytes]], contents: Sequence[bytes]) -> int:
    return sum(
        any(needle in content for needle in needles for content in contents) for needles in wanted
    )
