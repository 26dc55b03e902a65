"""What is counted of records that go, and when a count may be shown (RET-27, ROLE-5).

A count says how many records of a client, month, category and, of calls, direction there were. It
names no record, licence, number or day.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from telecom_privacy.scope import Role

SMALLEST = 10
"""A smaller group is not shown, nor a growth by fewer: two readings would tell what went between.

There are no totals either, from which what is not shown could be subtracted.
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are counted together. `month` (`YYYY-MM`, UTC) is that of the record."""

    client_id: UUID
    role: Role
    month: str
    category: str
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class ErasedRecord:
    """A record that is about to go, and the group in which it counts."""

    record_id: UUID
    group: Group


@dataclass(frozen=True, slots=True)
class Fold:
    """A step from records to counts, of one client. `number` grows by one with each.

    `counts` and `record_ids` are empty once it is finished.
    """

    client_id: UUID
    number: int = 0
    counts: tuple[tuple[Group, int], ...] = ()
    record_ids: tuple[UUID, ...] = ()

    @property
    def is_finished(self) -> bool:
        return not self.counts

    def next(self, records: Iterable[ErasedRecord]) -> "Fold":
        """The step that counts `records`."""
        found = tuple(records)
        counts = tuple(Counter(record.group for record in found).items())
        return Fold(self.client_id, self.number + 1, counts, tuple(r.record_id for r in found))


@dataclass(frozen=True, slots=True)
class Count:
    """A group and how many records of it may be shown."""

    group: Group
    count: int
