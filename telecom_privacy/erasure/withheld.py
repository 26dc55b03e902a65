"""What a legal hold keeps of that which is erased (RULES RET-9, LAW-5).

An erasure asks the holds before it destroys anything. A record that a hold keeps is moved: its
sealed document lies apart, its key lives on, and its place looks as after any other erasure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.keys.model import record_binding
from telecom_privacy.scope import Scope

_FEW = 10

WITHHELD = "withheld"
"""The ledger's category for records that a hold kept and that no hold keeps any more."""


@dataclass(frozen=True, slots=True)
class Original:
    """A content version as it lies in its collection, and what of it a hold is compared with.

    `scope`, `category` and `month` are those of its key. It concerns the time from `started_at` to
    `ended_at`; None: until now. `numbers` are tokens of its parties, under the generation `index`
    of the month's key, `subject` is that of whom it describes. `content` names its segments,
    `part_of` the record that it is a part of, where that has an id of its own.
    """

    item: ErasedItem
    scope: Scope
    category: str
    month: str
    started_at: datetime
    ended_at: datetime | None
    document: Mapping[str, Any] = field(repr=False)
    numbers: frozenset[bytes] = frozenset()
    index: int = 1
    subject: bytes | None = None
    content: UUID | None = None
    direction: str | None = None
    part_of: UUID | None = None

    @property
    def whole_id(self) -> UUID:
        """The record id of the whole: of a recording that of its call."""
        return self.part_of or self.item.record_id

    @property
    def binding(self) -> Binding:
        return record_binding(self.scope, self.category, self.month, self.item.record_id)


Keepers: TypeAlias = tuple[Original, Sequence[UUID]]
"""A content version, and the ids of the holds that keep it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What holds claim of an erasure: the ids of the records, and who keeps which version."""

    record_ids: frozenset[UUID] = frozenset()
    kept: Sequence[Keepers] = ()


class DataEraser(Protocol):
    """Removes the bulk data of one category once its keys are gone. Must bear being repeated."""

    def originals(self, erasure: Erasure, /) -> Sequence[Original]:
        """The content versions of `erasure` that are still stored as it names them."""
        ...

    def erase_data(self, erasure: Erasure, /) -> None:
        """Reduce the place of all of its items, but spare the content of what is withheld."""
        ...


class HoldGuard(Protocol):
    """Says what must not be destroyed, and keeps it. All methods raise `Unavailable`."""

    def claimed(
        self, erasure: Erasure, originals: Callable[[Erasure], Sequence[Original]]
    ) -> Claimed:
        """What of `erasure` a hold in force keeps.

        `originals` is asked if there is a hold that may concern them, and always where somebody
        may be waiting for the answer (`may_be_awaited`).
        """
        ...

    def keep(self, erasure: Erasure, kept: Sequence[Keepers]) -> None:
        """Store apart those of `kept` that were decided to be withheld. May be repeated."""
        ...

    def may_keep_below(self, erasure: Erasure) -> bool:
        """Whether a hold in force may keep records below the nodes that are to be destroyed."""
        ...

    def keep_apart(self, erasure: Erasure) -> None:
        """Move the keys of what is withheld from below the nodes that are to be destroyed."""
        ...

    def unheld(self, erasure: Erasure) -> Sequence[ErasedItem]:
        """What was withheld in `erasure` though no hold in force keeps it any more."""
        ...


def may_be_awaited(erasure: Erasure) -> bool:
    """Whether the one who asked for it may be waiting, and would learn from how long it takes.

    Then it goes the same way, with as many questions and writes, whether a hold keeps it or not.
    """
    return len(erasure.items) <= _FEW


def awaited_spared(erasure: Erasure) -> Sequence[ErasedItem]:
    """What is withheld, where for it the same is to be asked as for what goes."""
    return erasure.spared if may_be_awaited(erasure) else ()


class VersionCopies(Protocol):
    """Copies of content versions that are about to be replaced, until a hold was asked."""

    def copy_version(
        self,
        copy: UUID,
        collection: str,
        binding: Binding,
        old: ErasedItem,
        original: Original | None = None,
    ) -> Sequence[Original]:
        """Copy the stored version, under an id of the attempt to replace it; return what is copied.

        It is read anew, unless it is given as `original`.
        """
        ...

    def drop_copy(self, copy: UUID) -> None:
        """Drop the copy of an attempt that failed."""
        ...

    def copied_versions(self, items: Sequence[ErasedItem]) -> Sequence[Original]:
        """The copies of these versions."""
        ...

    def drop_versions(self, items: Sequence[ErasedItem]) -> None:
        """Drop the copies of these versions."""
        ...
