"""GDPRbench's mixes of operations, mapped to calls.

A record is a call, its subject the caller; the purpose it was made for is the licence it came in
under, its metadata are note and tags, its objection that of its caller to being recorded. What is
due is erased by key here, as a sweep does; the sweep itself is measured in `bench growth`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from telecom_privacy.bench.calls import InventedCall, a_note, number_of, some_tags
from telecom_privacy.bench.roles.steps import ENTRIES, Kind, Step
from telecom_privacy.bench.roles.world import World
from telecom_privacy.bench.roles.zipf import Zipf

LOGGED = 1_000
"""So many entries every log holds from the start."""


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of operations (they add up to 1), and whether keys are drawn by Zipf."""

    role: str
    shares: Mapping[Kind, float]
    is_skewed: bool


_THIRD = 1 / 3
MIXES = (
    Mix(
        "controller",
        {
            Kind.DELETE: 0.25 * _THIRD,
            Kind.DELETE_LICENCE: 0.25 * _THIRD,
            Kind.DELETE_SUBJECT: 0.25 * _THIRD,
            Kind.CHANGE_LICENCE: 0.5 * _THIRD,
            Kind.CHANGE_SUBJECT: 0.5 * _THIRD,
            Kind.CHANGE: 0.5 * _THIRD,
            Kind.CREATE: 0.25,
        },
        is_skewed=False,
    ),
    Mix(
        "customer",
        {
            Kind.READ: 0.2,
            Kind.READ_SUBJECT: 0.2,
            Kind.CHANGE: 0.4,
            Kind.DELETE: 0.2,
        },
        is_skewed=True,
    ),
    Mix(
        "processor",
        {Kind.READ: 0.8, Kind.READ_LICENCE: 0.2 * _THIRD, Kind.MAY_RECORD: 0.2 * 2 * _THIRD},
        is_skewed=True,
    ),
    Mix(
        "regulator",
        {Kind.READ_SUBJECT: 0.46, Kind.LOG: 0.31, Kind.IS_GONE: 0.23},
        is_skewed=True,
    ),
)


class Drawing:
    """Draws the steps of one thread, and carries them out in the world."""

    def __init__(self, world: World, mix: Mix, thread: int, threads: int) -> None:
        self._world = world
        self._mix = mix
        self._chance = Random(world.chance.random())  # noqa: S311 - not a secret
        self._subjects = world.subjects_of(thread, threads)
        self._zipf = Zipf(len(self._subjects))
        self._gone = [call for one in self._subjects for call in world.gone.get(one, ())]

    def steps(self, count: int) -> list[Step]:
        kinds, shares = list(self._mix.shares), list(self._mix.shares.values())
        return [self._step(kind) for kind in self._chance.choices(kinds, shares, k=count)]

    def one_of_each(self) -> Iterator[Step]:
        """One step of each kind, about a subject that has calls."""
        for kind in self._mix.shares:
            living = [one for one in self._subjects if self._world.calls_of(one)]
            yield _DRAWN[kind](self, self._chance.choice(living))

    def _step(self, kind: Kind) -> Step:
        subject = self._subject()
        if kind in _OF_A_CALL and not self._world.calls_of(subject):
            kind = Kind.CREATE  # all calls of this subject were deleted
        return _DRAWN[kind](self, subject)

    def _subject(self) -> int:
        if self._mix.is_skewed:
            return self._subjects[self._zipf.draw(self._chance)]
        return self._chance.choice(self._subjects)

    def _call(self, subject: int) -> InventedCall:
        return self._chance.choice(self._world.calls_of(subject))

    def _create(self, subject: int) -> Step:
        call = self._world.add(subject, self._world.next_time())
        return Step(Kind.CREATE, call.id, None, call=call)

    def _read(self, subject: int) -> Step:
        call = self._call(subject)
        return Step(Kind.READ, call.id, call.seen)

    def _read_subject(self, subject: int) -> Step:
        return Step(Kind.READ_SUBJECT, number_of(subject), self._world.of_subject(subject))

    def _read_licence(self, subject: int) -> Step:
        found = [call.seen for _, call in self._world.newest_of_licence(subject)]
        return Step(Kind.READ_LICENCE, self._world.licence(subject), found)

    def _may_record(self, subject: int) -> Step:
        key = f"{self._world.licence(subject)}/{number_of(subject)}"
        return Step(Kind.MAY_RECORD, key, self._world.may_record(subject))

    def _change(self, subject: int) -> Step:
        call = self._call(subject)
        new = call.changed(a_note(self._chance), some_tags(self._chance))
        self._world.write(subject, new)
        return Step(Kind.CHANGE, call.id, 1, note=new.note, tags=new.tags)

    def _change_subject(self, subject: int) -> Step:
        found = [(subject, call) for call in self._world.calls_of(subject)]
        return self._change_all(Kind.CHANGE_SUBJECT, number_of(subject), found)

    def _change_licence(self, subject: int) -> Step:
        found = self._world.newest_of_licence(subject)
        return self._change_all(Kind.CHANGE_LICENCE, self._world.licence(subject), found)

    def _change_all(self, kind: Kind, key: str, found: Sequence[tuple[int, InventedCall]]) -> Step:
        tags = some_tags(self._chance)
        for subject, call in found:
            self._world.write(subject, call.changed(call.note, tags))
        return Step(kind, key, len(found), tags=tags)

    def _delete(self, subject: int) -> Step:
        call = self._call(subject)
        self._world.remove(subject, call)
        return Step(Kind.DELETE, call.id, None)

    def _delete_subject(self, subject: int) -> Step:
        found = [(subject, call) for call in self._world.calls_of(subject)]
        return self._delete_all(Kind.DELETE_SUBJECT, number_of(subject), found)

    def _delete_licence(self, subject: int) -> Step:
        found = self._world.newest_of_licence(subject)
        return self._delete_all(Kind.DELETE_LICENCE, self._world.licence(subject), found)

    def _delete_all(self, kind: Kind, key: str, found: Sequence[tuple[int, InventedCall]]) -> Step:
        for subject, call in found:
            self._world.remove(subject, call)
        return Step(kind, key, len(found))

    def _log(self, subject: int) -> Step:
        del subject
        return Step(Kind.LOG, str(self._chance.randrange(LOGGED - ENTRIES)), ENTRIES)

    def _is_gone(self, subject: int) -> Step:
        del subject
        return Step(Kind.IS_GONE, self._chance.choice(self._gone), True)


_OF_A_CALL = (Kind.READ, Kind.CHANGE, Kind.DELETE)
_DRAWN: Mapping[Kind, Callable[[Drawing, int], Step]] = {
    Kind.CREATE: Drawing._create,
    Kind.READ: Drawing._read,
    Kind.READ_SUBJECT: Drawing._read_subject,
    Kind.READ_LICENCE: Drawing._read_licence,
    Kind.MAY_RECORD: Drawing._may_record,
    Kind.CHANGE: Drawing._change,
    Kind.CHANGE_SUBJECT: Drawing._change_subject,
    Kind.CHANGE_LICENCE: Drawing._change_licence,
    Kind.DELETE: Drawing._delete,
    Kind.DELETE_LICENCE: Drawing._delete_licence,
    Kind.DELETE_SUBJECT: Drawing._delete_subject,
    Kind.LOG: Drawing._log,
    Kind.IS_GONE: Drawing._is_gone,
}
