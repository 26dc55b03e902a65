"""How many records of a package fall due under which rule, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from telecom_privacy.reversibility.selection import Chosen


@dataclass(slots=True)
class Due:
    """Records of one category under one rule. The times are None while no end is known."""

    count: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, due_at: datetime | None) -> None:
        self.count += 1
        if due_at is not None:
            self.first = min(due_at, self.first or due_at)
            self.last = max(due_at, self.last or due_at)


class Kept:
    def __init__(self) -> None:
        self._due: dict[tuple[str, str | None], Due] = {}

    def add(self, category: str, chosen: Chosen) -> None:
        self._due.setdefault((category, chosen.rule), Due()).add(chosen.due_at)

    def of(self, category: str, rule: str) -> Due:
        """What falls due under a rule."""
        return self._due.get((category, rule), Due())

    def endless(self) -> Iterator[tuple[str, int]]:
        """The categories of which some records have no known end, and how many have none."""
        for (category, rule), due in self._due.items():
            if rule is None:
                yield category, due.count
