"""A sweep, a certificate, a preview."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

STATEMENT = (
    "The records counted here were withdrawn from use and, unless the law defers it, destroyed."
)
"""The one fixed sentence on every certificate: it is the same whether or not a hold exists."""

FINAL_CONDITION = (
    "Final where no copy of a root key is left that was made before the time of `final_since`."
)
"""On certificates that are final: a backup of an old root opens old copies of the keystore."""

LEASE = timedelta(seconds=60)
"""A sweep that has not shown progress for so long has died."""


class SweepState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Sweep:
    """One run of the sweep. `erased` counts per category.

    `failed_clients` could not be swept, for a damage that the log tells; the others were.
    """

    id: UUID
    started_at: datetime
    seen_at: datetime
    state: SweepState = SweepState.RUNNING
    finished_at: datetime | None = None
    clients: int = 0
    clients_done: int = 0
    failed_clients: int = 0
    erased: Counter[str] = field(default_factory=Counter)
    certificates: list[str] = field(default_factory=list)

    def state_at(self, now: datetime) -> SweepState:
        """A run whose process died says so."""
        died = self.state is SweepState.RUNNING and now - self.seen_at > LEASE
        return SweepState.FAILED if died else self.state


SWEEPER_LEASE = timedelta(seconds=2)
"""How long a sweeper that has died keeps others from working."""

SWEEPER = "sweeper"
"""Whom the audit log names for what the sweeper erases."""


class SweeperState(StrEnum):
    STANDBY = "standby"
    """Another sweeper works."""
    IDLE = "idle"
    BUSY = "busy"
    PAUSED = "paused"
    """The clock is not trusted."""
    WAITING = "waiting"
    """The sweeper starts, or the database is away."""


@dataclass(slots=True)
class SweeperStatus:
    """What a sweeper does now, and what it has done since it started.

    `waiting` are the pairs of a client and a category that are to be looked at.
    """

    state: SweeperState = SweeperState.WAITING
    reason: str = "starting"
    waiting: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """What the clocks of a machine showed at a moment when they were trusted.

    `wall` was the time and `elapsed` the seconds since the start that `boot` names. `offset` is
    how far the wall clock was then known to be ahead of the database's. `seen_at` is when that
    start was last seen with a clock that went on as it should.
    """

    boot: str
    wall: datetime
    elapsed: float
    offset: timedelta
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many records of a client fall due on a local day under a rule."""

    client: str
    category: str
    rule: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Finalised:
    """What making erasures final took: what was moved to new keys, and how long it took.

    `keys` are those of the tree, `tokens` the records that are found by new ones. `seconds` are
    those of the last process that worked on it.
    """

    erasures: int = 0
    keys: int = 0
    record_keys: int = 0
    tokens: int = 0
    seconds: float = 0

    def __add__(self, other: "Finalised") -> "Finalised":
        return Finalised(
            self.erasures + other.erasures,
            self.keys + other.keys,
            self.record_keys + other.record_keys,
            self.tokens + other.tokens,
            self.seconds + other.seconds,
        )
