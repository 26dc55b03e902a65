"""The oracle: what every side holds. It draws the questions and knows the answers.

Each thread has subjects and licences of its own, so that what one reads does not depend on when
another writes. How sides bear two writers of one call is not measured.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from telecom_privacy.bench.calls import InventedCall, Seen, invent, licence_of, number_of, spread
from telecom_privacy.bench.roles.steps import NEWEST

_DAYS = 90
_OBJECTS_EVERY = 10
_BURIED_EVERY = 7  # prime to the number of threads, so that none of them goes without


class World:
    """All calls. Calls that are created lie after all others; their ids begin with `name`."""

    def __init__(
        self, seed: int, calls: int, licences: int, now: datetime, name: str = "call"
    ) -> None:
        self.chance = Random(seed)  # noqa: S311 - invented data, not a secret
        self.licences = licences
        self._name = name
        self.subjects = max(calls // 2, licences)
        self.gone: dict[int, list[str]] = {}
        self._calls: dict[int, dict[str, InventedCall]] = {}
        self._count = 0
        self._latest = now.replace(microsecond=0) - timedelta(hours=1)
        for at in spread(calls, self._latest, _DAYS):
            self.add(self._count % self.subjects, at)

    def all_calls(self) -> list[InventedCall]:
        return [call for calls in self._calls.values() for call in calls.values()]

    def subjects_of(self, thread: int, threads: int) -> list[int]:
        """The subjects of a thread: all those of its licences."""
        return [one for one in range(self.subjects) if one % self.licences % threads == thread]

    def calls_of(self, subject: int) -> list[InventedCall]:
        return list(self._calls.get(subject, {}).values())

    def add(self, subject: int, at: datetime) -> InventedCall:
        call = invent(f"{self._name}-{self._count}", subject, self.licences, at, self.chance)
        self._count += 1
        self._calls.setdefault(subject, {})[call.id] = call
        return call

    def next_time(self) -> datetime:
        """When the next call is that nobody made so far: after all others, and before now."""
        self._latest += timedelta(milliseconds=1)
        return self._latest

    def write(self, subject: int, call: InventedCall) -> None:
        """Write a new version of a call."""
        self._calls[subject][call.id] = call

    def remove(self, subject: int, call: InventedCall) -> None:
        del self._calls[subject][call.id]
        self.gone.setdefault(subject, []).append(call.id)

    def bury_some(self) -> list[str]:
        """Remove some calls of each thread, however many there are; returns their ids."""
        for subject in range(0, self.subjects, _BURIED_EVERY):
            self.remove(subject, self.calls_of(subject)[0])
        return [call for calls in self.gone.values() for call in calls]

    def of_subject(self, subject: int) -> list[Seen]:
        return [call.seen for call in newest_first(self.calls_of(subject))]

    def newest_of_licence(self, subject: int) -> list[tuple[int, InventedCall]]:
        """The newest calls of a subject's licence, each with its subject."""
        same = range(subject % self.licences, self.subjects, self.licences)
        found = [(one, call) for one in same for call in self.calls_of(one)]
        found.sort(key=lambda pair: pair[1].started_at, reverse=True)
        return found[:NEWEST]

    def licence(self, subject: int) -> str:
        return licence_of(subject, self.licences)

    def objectors(self) -> list[str]:
        """The numbers of those who objected to being recorded."""
        return [number_of(one) for one in range(0, self.subjects, _OBJECTS_EVERY)]

    def may_record(self, subject: int) -> bool:
        return subject % _OBJECTS_EVERY != 0


def newest_first(calls: Sequence[InventedCall]) -> list[InventedCall]:
    return sorted(calls, key=lambda call: call.started_at, reverse=True)
