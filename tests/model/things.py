"""What the machine hands in, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from telecom_privacy.policies.model import Category

ENQUIRY = "enquiry"
"""A category of generic records that go as soon as they are resolved."""

CERTIFIED = (Category.CALL, Category.RECORDING, ENQUIRY)


class Fate(Enum):
    """What became of a record. One that is doubtful may be either, until it is seen gone."""

    LIVE = "live"
    DOUBTFUL = "doubtful"
    GONE = "gone"


@dataclass
class Record:
    """A record by its random id, when what it is about was over, and its fate."""

    id: UUID
    category: str
    ended_at: datetime
    events: Mapping[str, datetime] = field(default_factory=dict)
    fate: Fate = Fate.LIVE

    def doubt(self) -> None:
        """Somebody may have begun to erase it."""
        if self.fate is Fate.LIVE:
            self.fate = Fate.DOUBTFUL


@dataclass
class Thing:
    """A call or an enquiry that was acknowledged. `contents`: one of them is what is read.

    `changes` counts the changes that were begun, `changing` are those that have not ended.
    """

    name: str
    licence: str
    number: str
    record: Record
    contents: set[str | None]
    recording: Record | None = None
    has_objected: bool = False
    may_have_objected: bool = False
    changes: int = 0
    changing: set[int] = field(default_factory=set)

    @property
    def is_call(self) -> bool:
        return self.record.category == Category.CALL

    @property
    def records(self) -> list[Record]:
        return [self.record, *([self.recording] if self.recording else [])]

    @property
    def fate_of_recording(self) -> Fate:
        """What may have become of a recording before it was acknowledged."""
        if self.has_objected:
            return Fate.GONE
        is_in_doubt = self.may_have_objected and self.record.fate is Fate.LIVE
        return Fate.DOUBTFUL if is_in_doubt else self.record.fate

    def begin_change(self, content: str) -> "Change":
        """Somebody sets out to change the content; it may be the new one from now on."""
        change = Change(
            self.changes, content, is_alone=not self.changing, before=set(self.contents)
        )
        self.changing.add(self.changes)
        self.changes += 1
        self.contents.add(content)
        return change

    def end_change(self, change: "Change", is_done: bool) -> None:
        """Without others at the same time it is known what is read now."""
        self.changing.discard(change.number)
        if change.is_alone and self.changes == change.number + 1:
            self.contents = {change.content} if is_done else change.before


@dataclass(frozen=True)
class Change:
    """An attempt to change a content."""

    number: int
    content: str
    is_alone: bool
    before: set[str | None]


@dataclass(frozen=True)
class Hold:
    """A hold that was asked for, by licence or by number."""

    id: str
    licence: str | None
    number: str | None

    def covers(self, thing: Thing) -> bool:
        return self.licence in (None, thing.licence) and self.number in (None, thing.number)

    def covers_licence(self, licence: str) -> bool:
        return self.licence in (None, licence) and self.number is None
