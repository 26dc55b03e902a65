"""What a documented instruction says, and how it is told from other records of its category."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from telecom_privacy.errors import Forbidden
from telecom_privacy.records.model import NewRecord, Record
from telecom_privacy.storage.paging import Position

INSTRUCTION = "instruction"
_PREFIX = "documented-"
_NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """What the client told the operator to do with its data, and when (GDPR article 28(3)(a))."""

    text: str = field(repr=False)
    given_on: date
    reference: str | None = None
    supersedes: int | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction as documented: by whom (an API key and its role), under which number."""

    number: int
    documented_at: datetime
    record_id: str
    data: Mapping[str, Any] = field(repr=False)
    superseded_by: int | None = None


def name_of(number: int) -> str:
    """The external id of the record that holds an instruction."""
    return f"{_PREFIX}{number}"


def instruction_from(record: Record) -> Instruction:
    data = record.sealed["data"]
    stored = record.stored
    return Instruction(data["number"], stored.occurred_at, str(stored.record_id), data)


def instruction_position(instruction: Instruction) -> Position:
    """Where an instruction stands in lists: by the time it was documented."""
    return Position(instruction.documented_at, instruction.number.to_bytes(_NUMBER_BYTES, "big"))


def require_not_documented(new: NewRecord) -> None:
    """Raise `Forbidden` for a record that would pass for a documented instruction, or replace one.

    An instruction is never edited: another one supersedes it.
    """
    if new.category == INSTRUCTION and new.external_id.startswith(_PREFIX):
        raise Forbidden(
            "document an instruction at /v1/clients/{client}/instructions", "documented-instruction"
        )
