"""What a benchmark is asked for and what it finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeAlias

from telecom_privacy.settings import Settings


@dataclass(frozen=True, slots=True)
class Great:
    """The bound from which on a figure is called great: at least, or at most, `limit`."""

    limit: float
    at_most: bool = False

    def is_met(self, figure: float) -> bool:
        return figure <= self.limit if self.at_most else figure >= self.limit


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure, once per round. `table` groups what is printed together.

    `unit` is empty for a ratio or an exponent. `processor` is the CPU time of this process, in
    the same unit and rounds as `values`, where that says something. `note` is printed beside it.
    """

    table: str
    name: str
    unit: str
    values: tuple[float, ...]
    processor: tuple[float, ...] = ()
    great: Great | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def is_great(self) -> bool | None:
        """The verdict on the median; nothing where no bound is set."""
        return self.great.is_met(self.median) if self.great else None


Points: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A plot with logarithmic axes: `lines` by their name, each of points above 0 in order of x.

    `file` is the name of its picture, without ending.
    """

    file: str
    title: str
    x: str
    y: str
    lines: Mapping[str, Points]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a benchmark found; `remarks` are the weaknesses of the figures, a sentence each.

    `facts` are what else was counted, such as answers that were checked.
    """

    measurements: tuple[Measurement, ...]
    curves: tuple[Curve, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a benchmark is asked for. `settings` name a running database, `directory` is empty.

    Each database that a benchmark needs is named by `bench.database.fresh`. `quick` asks for the
    smallest sizes at which everything still happens; figures mean nothing then. `given` are the
    benchmark's own options that were given, by name.
    """

    settings: Settings
    directory: Path
    seed: int
    rounds: int
    quick: bool
    say: Callable[[str], None]
    given: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """An option of one benchmark alone: `--name 1,20,300`, each above 0."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A subcommand. `run` raises `WrongAnswer` and whatever the services raise."""

    name: str
    text: str
    run: Callable[[Plan], Outcome]
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """An outcome with the circumstances it was found in, as it is kept in a file."""

    benchmark: str
    machine: Mapping[str, str]
    seed: int
    rounds: int
    outcome: Outcome

    @property
    def tables(self) -> Sequence[str]:
        """The names of its tables, in order of appearance."""
        return list(dict.fromkeys(one.table for one in self.outcome.measurements))
