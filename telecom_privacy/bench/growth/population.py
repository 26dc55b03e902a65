"""Who calls: one call of each subject, known by the subject's ordinal.

Only the first subjects are ever asked about, whatever the size of the store. Most of them are read;
the rest is there to be erased, each person or licence once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from telecom_privacy.bench.calls import InventedCall, a_note, number_of, some_tags
from telecom_privacy.bench.roles.steps import NEWEST

_DAYS = 90
_READ_OF_TEN = 8
_CALLS_OF_A_LICENCE = 200
_CALLS_OF_A_LEAVING_LICENCE = 5
_SUBJECTS_OF_A_FILLING_LICENCE = 1_000
PERSONS = "persons"
"""The licence of those who are erased one by one."""

_NOBODY = "+33199002000"  # reserved for fiction


class Population:
    """All calls of a run; `first` subjects are asked about, `leaving` licences are anonymised."""

    def __init__(self, seed: int, first: int, leaving: int, now: datetime) -> None:
        self.first = first
        self.readable = first * _READ_OF_TEN // 10
        self._seed = seed
        self._leaving = leaving
        self._reading_licences = max(1, self.readable // _CALLS_OF_A_LICENCE)
        self._filling_licences = max(1, first // _SUBJECTS_OF_A_FILLING_LICENCE)
        self._until = now.replace(microsecond=0) - timedelta(hours=1)
        if self.readable + leaving * _CALLS_OF_A_LEAVING_LICENCE > first:
            raise ValueError("too many licences leave")

    def call(self, subject: int) -> InventedCall:
        """The one call of a subject; the same each time."""
        chance = Random(self._seed * 1_000_000_007 + subject)  # noqa: S311 - invented data
        before = timedelta(milliseconds=chance.randrange(_DAYS * 24 * 3_600_000))
        return InventedCall(
            id=f"call-{subject}",
            licence=self.licence(subject),
            number=self.number(subject),
            started_at=self._until - before,
            seconds=chance.randint(10, 400),
            note=a_note(chance),
            tags=some_tags(chance),
        )

    def calls(self, start: int, end: int) -> list[InventedCall]:
        return [self.call(subject) for subject in range(start, end)]

    def other(self, call_id: str, number: int = 0) -> InventedCall:
        """A call like these, of somebody who is never asked about."""
        like = self.call(self.first + number)
        return replace(like, id=call_id, licence=PERSONS, number=_NOBODY)

    def number(self, subject: int) -> str:
        """Reserved for fiction; of the others, of a country code that no country has."""
        return number_of(subject) if subject < self.first else f"+999{subject:09}"

    def licence(self, subject: int) -> str:
        if subject >= self.first:
            return f"filler-{subject % self._filling_licences}"
        if subject < self.readable:
            return f"licence-{subject % self._reading_licences}"
        place = (subject - self.readable) // _CALLS_OF_A_LEAVING_LICENCE
        return f"leaving-{place}" if place < self._leaving else PERSONS

    @property
    def licences(self) -> list[str]:
        """All licences that calls come in under."""
        return [
            *(f"licence-{number}" for number in range(self._reading_licences)),
            *self.leaving,
            PERSONS,
            *(f"filler-{number}" for number in range(self._filling_licences)),
        ]

    @property
    def leaving(self) -> list[str]:
        """The licences that are there to be anonymised."""
        return [f"leaving-{number}" for number in range(self._leaving)]

    @property
    def persons(self) -> range:
        """The subjects that are there to be erased."""
        return range(self.readable + self._leaving * _CALLS_OF_A_LEAVING_LICENCE, self.first)

    def newest_of_licence(self, subject: int) -> Sequence[InventedCall]:
        """The newest calls of the licence of a subject that is read."""
        same = range(subject % self._reading_licences, self.readable, self._reading_licences)
        calls = sorted(map(self.call, same), key=lambda call: call.started_at, reverse=True)
        return calls[:NEWEST]
