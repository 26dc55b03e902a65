"""What a slip is made of, whatever it is rendered to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A line for a terminal."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels, each with what is to be said."""

    rows: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in millimetres, of the 180 that a page has."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` yields them from the beginning each time; `empty` is said where there is none."""

    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]] = field(repr=False)
    empty: str


Block = Heading | Paragraph | Command | Facts | Table
