"""How far a rotation of keys has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from telecom_privacy.scope import Role


class RotationPhase(StrEnum):
    """A phase is begun anew when the process that was in it was killed."""

    CHOOSING = "choosing"
    MOVING = "moving"
    DESTROYING = "destroying"


class Counted(StrEnum):
    """What a rotation has dealt with."""

    ERASURES = "erasures"
    KEYS = "keys"
    RECORD_KEYS = "record_keys"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class RotationState:
    """A rotation that is under way. `roots` maps each role to the number of its new root.

    `counts` are those of the moment at which the state was read.
    """

    id: UUID
    number: int
    started_at: datetime
    phase: RotationPhase
    roots: Mapping[Role, int]
    counts: Mapping[Counted, int] = field(default_factory=dict, compare=False)
