"""What is counted of records that go, and when a count may be shown (RET-27, ROLE-5).

A count says how many records of a client, month, category and, of calls, direction there were. It
names no record, licence, number or day.
"""

from collections import Counter
from collections.abc import Sequence
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
class Batch:
    """Some records of a client that are pending together, no more than one step counts."""

    id: UUID
    client_id: UUID


@dataclass(frozen=True, slots=True)
class Fold:
    """A step from a batch of records to counts, of one client. `number` grows by one with each.

    `record_ids` are those that it counts: others may join the batch meanwhile. Both are empty, and
    `batch_id` None, once it is finished.
    """

    client_id: UUID
    number: int = 0
    counts: tuple[tuple[Group, int], ...] = ()
    batch_id: UUID | None = None
    record_ids: tuple[UUID, ...] = ()

    @property
    def is_finished(self) -> bool:
        return not self.counts

    def next(self, batch: Batch, records: Sequence[ErasedRecord]) -> "Fold":
        """The step that counts a batch, which consists of `records`."""
        counts = tuple(Counter(record.group for record in records).items())
        ids = tuple(record.record_id for record in records)
        return Fold(self.client_id, self.number + 1, counts, batch.id, ids)


@dataclass(frozen=True, slots=True)
class Count:
    """A group and how many records of it may be shown."""

    group: Group
    count: int
