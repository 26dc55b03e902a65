"""What became of the lines of a package: counted, and told as it happens."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooLarge,
    UnsupportedMediaType,
)
from telecom_privacy.http.schemas import messages
from telecom_privacy.reversibility.intake.source import Row

_REFUSALS = (
    BadRequest,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooLarge,
    UnsupportedMediaType,
    ValidationError,
)
"""What says something of one line; everything else ends the import, which may be repeated."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken in. It is named by its number: an id may tell who it is about.

    The client itself has no line.
    """

    table: str
    line: int | None
    reason: str

    @property
    def place(self) -> str:
        return f"{self.table}.jsonl line {self.line}" if self.line else f"{self.table}.json"


@dataclass(slots=True)
class Report:
    """Counts lines by their table: stored now, stored already, refused."""

    on_refused: Callable[[Refused], None]
    on_progress: Callable[["Report"], None]
    stored: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def count(self, table: str, *, stored: int = 0, known: int = 0) -> None:
        self.stored[table] += stored
        self.known[table] += known
        self.on_progress(self)

    def judged(self, table: str, *, is_new: bool) -> None:
        self.count(table, stored=is_new, known=not is_new)

    def refuse(self, table: str, line: int | None, reason: Any) -> None:
        self.refused[table] += 1
        self.on_refused(Refused(table, line, _in_words(reason)))

    @contextmanager
    def judging(self, row: Row) -> Iterator[None]:
        """Note the refusal of a line, if it is refused, and go on after it."""
        try:
            yield
        except _REFUSALS as error:
            self.refuse(row.table, row.line, reason_of(error))


def reason_of(error: Exception) -> Any:
    """Why something was refused, by field as far as it has fields. Quotes no data."""
    if isinstance(error, ValidationError):
        return messages(error)
    return error.errors if isinstance(error, Invalid) else str(error)


def reason_in_words(error: Exception) -> str:
    return _in_words(reason_of(error))


def _in_words(reason: Any) -> str:
    if isinstance(reason, dict):
        return "; ".join(f"{name}: {_in_words(said)}" for name, said in reason.items())
    if isinstance(reason, list | tuple):
        return " ".join(map(_in_words, reason))
    return str(reason)
