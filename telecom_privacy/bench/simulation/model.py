"""An operator's habits, and what follows from them and from the costs of single acts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from telecom_privacy.bench.opponents.server import NOTHING, Footprint
from telecom_privacy.bench.sizes.model import CALL, DELETION, READING, RECORDING, SEARCH, Cost

AUDIO = "bulk.segments"
BULK, KEYSTORE, AUDIT = DATABASES = ("bulk", "keystore", "audit")
_HOUR = 3_600
_MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Habits:
    """How often each act follows a call, how much of a day is its busiest hour, and terms in days.

    `kept` is how long calls and traffic are there, `audio_kept` recordings (RET-1, RET-29).
    """

    recorded: float = 0.3
    read: float = 0.3
    searched: float = 0.1
    deleted: float = 0.01
    busiest_hour: float = 0.12
    kept: int = 365
    audio_kept: int = 90

    @property
    def acts(self) -> Mapping[str, float]:
        """So many of each act there are to one call."""
        return {
            CALL: 1.0,
            RECORDING: self.recorded,
            READING: self.read,
            SEARCH: self.searched,
            DELETION: self.deleted,
        }


@dataclass(frozen=True, slots=True)
class Limits:
    """How full machines are planned: the share of a core, and bytes of a shard."""

    busy: float = 0.6
    shard: float = 2e12


@dataclass(frozen=True, slots=True)
class Need:
    """What an operator needs: rates in the busiest hour, bytes after a year."""

    calls_a_day: int
    calls: float
    acts: float
    workers: int
    database_cores: float
    audio: float
    bulk: float
    keystore: float
    audit: float
    shards: int


def left_by_million(costs: Mapping[str, Cost], habits: Habits) -> Mapping[str, Footprint]:
    """What a million calls leave by collection, with all that follows them, nothing being due."""
    total: dict[str, Footprint] = {}
    for act, often in habits.acts.items():
        if act == DELETION:
            continue
        for name, left in costs[act].leaves.items():
            before = total.get(name, NOTHING)
            total[name] = _sum(before, left, 1e6 * often)
    return dict(sorted(total.items()))


def need(
    calls_a_day: int, costs: Mapping[str, Cost], habits: Habits, limits: Limits = Limits()
) -> Need:
    """What so many calls a day need."""
    calls = calls_a_day * habits.busiest_hour / _HOUR
    service = calls * sum(costs[act].service * n for act, n in habits.acts.items())
    database = calls * sum(costs[act].database * n for act, n in habits.acts.items())
    recorded = calls_a_day * habits.audio_kept * habits.recorded
    kept = calls_a_day * habits.kept
    audio = recorded * _bytes(costs[RECORDING], AUDIO)
    bulk = kept * _bytes(costs[CALL], BULK) + kept * habits.recorded * _beside_audio(costs)
    return Need(
        calls_a_day=calls_a_day,
        calls=calls,
        acts=calls * sum(habits.acts.values()),
        workers=math.ceil(service / _MILLISECONDS / limits.busy),
        database_cores=database / _MILLISECONDS,
        audio=audio,
        bulk=bulk,
        keystore=kept * _bytes(costs[CALL], KEYSTORE)
        + recorded * _bytes(costs[RECORDING], KEYSTORE),
        audit=kept * sum(_bytes(costs[act], AUDIT) * n for act, n in habits.acts.items()),
        shards=math.ceil((audio + bulk) / limits.shard),
    )


def _beside_audio(costs: Mapping[str, Cost]) -> float:
    """What a recording leaves in the bulk database beside its audio."""
    return _bytes(costs[RECORDING], BULK) - _bytes(costs[RECORDING], AUDIO)


def _bytes(cost: Cost, below: str) -> float:
    """Data and indexes of a database, or of one of its collections."""
    return sum(
        left.data + left.indexes
        for name, left in cost.leaves.items()
        if name == below or name.startswith(f"{below}.")
    )


def _sum(one: Footprint, other: Footprint, times: float) -> Footprint:
    return Footprint(
        one.documents + times * other.documents,
        one.data + times * other.data,
        one.indexes + times * other.indexes,
    )
