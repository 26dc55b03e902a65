"""What a side is asked, and what the oracle knows that the answer must be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from telecom_privacy.bench.calls import InventedCall, Seen
from telecom_privacy.bench.errors import WrongAnswer


class Kind(StrEnum):
    CREATE = "create"
    DELETE = "delete by key"
    DELETE_LICENCE = "delete by purpose"
    DELETE_SUBJECT = "delete by subject"
    CHANGE = "update by key"
    CHANGE_SUBJECT = "update by subject"
    CHANGE_LICENCE = "update by purpose"
    READ = "read by key"
    READ_SUBJECT = "read by subject"
    READ_LICENCE = "read by purpose"
    MAY_RECORD = "read by objection"
    LOG = "read the log"
    IS_GONE = "verify a deletion"


NEWEST = 5
"""How many calls of a licence (the purpose they were made for) are read, newest first."""

ENTRIES = 50
"""How many entries of the log are read at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question and its right answer.

    `key` is a call's id, a number, a licence or an index of the log, as its kind asks. `note` and
    `tags` are what is written.
    """

    kind: Kind
    key: str
    expected: object
    call: InventedCall | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


class Side(Protocol):
    """One way to keep calls. Each method is called by many threads, for calls of their own."""

    name: str

    def create(self, call: InventedCall) -> None: ...

    def read(self, call_id: str) -> Seen: ...

    def read_subject(self, number: str) -> list[Seen]:
        """All calls of a number, newest first."""
        ...

    def read_licence(self, licence: str) -> list[Seen]:
        """The `NEWEST` calls of a licence, newest first."""
        ...

    def may_record(self, licence: str, number: str) -> bool: ...

    def change(self, call_id: str, note: str, tags: tuple[str, ...]) -> None: ...

    def delete(self, call_id: str) -> None: ...

    def is_gone(self, call_id: str) -> bool: ...

    def entries(self, start: int) -> int:
        """Read up to `ENTRIES` entries of the log; returns how many there were."""
        ...


def perform(side: Side, step: Step) -> object:
    """Ask a side; returns its answer."""
    return _WAYS[step.kind](side, step)


def check(side: str, step: Step, answer: object) -> None:
    """Raise `WrongAnswer` unless a side answered what the oracle knows."""
    if answer != step.expected:
        raise WrongAnswer(f"side {side} answered wrongly: {step.kind.value}")


def _create(side: Side, step: Step) -> None:
    if step.call is not None:
        side.create(step.call)


def _change(side: Side, step: Step) -> int:
    side.change(step.key, step.note, step.tags)
    return 1


def _change_all(side: Side, step: Step, found: list[Seen]) -> int:
    for call in found:
        side.change(call.id, call.note, step.tags)
    return len(found)


def _delete_all(side: Side, found: list[Seen]) -> int:
    for call in found:
        side.delete(call.id)
    return len(found)


_WAYS: Mapping[Kind, Callable[[Side, Step], Any]] = {
    Kind.CREATE: _create,
    Kind.DELETE: lambda side, step: side.delete(step.key),
    Kind.DELETE_LICENCE: lambda side, step: _delete_all(side, side.read_licence(step.key)),
    Kind.DELETE_SUBJECT: lambda side, step: _delete_all(side, side.read_subject(step.key)),
    Kind.CHANGE: _change,
    Kind.CHANGE_SUBJECT: lambda side, step: _change_all(side, step, side.read_subject(step.key)),
    Kind.CHANGE_LICENCE: lambda side, step: _change_all(side, step, side.read_licence(step.key)),
    Kind.READ: lambda side, step: side.read(step.key),
    Kind.READ_SUBJECT: lambda side, step: side.read_subject(step.key),
    Kind.READ_LICENCE: lambda side, step: side.read_licence(step.key),
    Kind.MAY_RECORD: lambda side, step: side.may_record(*step.key.split("/")),
    Kind.LOG: lambda side, step: side.entries(int(step.key)),
    Kind.IS_GONE: lambda side, step: side.is_gone(step.key),
}
