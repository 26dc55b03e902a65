"""What must be true of a client's records, whatever happened to them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from telecom_privacy.keys.model import KeyReference
from tests.model.things import CERTIFIED, Fate, Hold, Record, Thing
from tests.model.world import AUDIO, World


class Expectations:
    """The fate of each record, and who keeps it.

    `kept` are the content versions, with their records, that could be opened when some hold of
    `holds` was acknowledged, or when they were; `doubtful_holds` may be in force, or not;
    `seen` are keys that were there; `leaving` are licences that were to be anonymised.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.holds: dict[str, Hold] = {}
        self.doubtful_holds: list[Hold] = []
        self.kept: dict[KeyReference, UUID] = {}
        self.seen: set[KeyReference] = set()
        self.leaving: set[str] = set()

    @property
    def things(self) -> Iterable[Thing]:
        return self.world.things.values()

    def assert_kept(self) -> None:
        """What a hold keeps can be opened for the law, and no key outlives what it opens."""
        readable = self.world.readable().keys()
        assert self.kept.keys() <= readable, "what a hold keeps was destroyed"
        self.seen |= readable
        self.seen -= self.world.keys.missing(self.seen)
        assert self.seen <= readable | self.world.law.left_over().keys(), "data went before its key"

    def assert_served(self) -> None:
        """What is gone is served to nobody, and all else reads as it was."""
        listed = self.world.listed()
        for thing in self.things:
            self._see(thing, listed)

    def _see(self, thing: Thing, listed: set[str]) -> None:
        is_read, content = self.world.content(thing)
        self._agree(thing.record, is_read)
        assert is_read == (thing.name in listed)
        if is_read:
            assert content in thing.contents
        if thing.recording:
            played = self.world.play(thing)
            assert not (played.status_code == 200 and played.data != AUDIO)
            self._agree(thing.recording, played.status_code == 200)

    def _agree(self, record: Record, is_served: bool) -> None:
        if record.fate is Fate.DOUBTFUL and not is_served:
            record.fate = Fate.GONE
        assert is_served == (record.fate is not Fate.GONE), f"{record} is served: {is_served}"

    def assert_destroyed(self) -> None:
        """Of what nothing keeps there is the one version that is read, or none."""
        readable, left_over = self.world.readable(), self.world.law.left_over()
        ids = list(readable.values())
        for thing in self.things:
            if not self._may_be_held(thing):
                for record in thing.records:
                    expected = 0 if record.fate is Fate.GONE else 1
                    assert ids.count(record.id) == expected, f"{record} is destroyed"
                    assert record.id not in left_over.values()
        assert not self.world.has_open_erasures()

    def _may_be_held(self, thing: Thing) -> bool:
        return any(hold.covers(thing) for hold in (*self.holds.values(), *self.doubtful_holds))

    def assert_certified(self) -> None:
        counts = self.world.certified()
        records = list(self._records())
        for category in CERTIFIED:
            gone = [r for r in records if r.category == category and r.fate is Fate.GONE]
            assert counts.get(category, 0) == len(gone)

    def picked(self, pick: int) -> Thing | None:
        things = list(self.things)
        return things[pick % len(things)] if things else None

    def picked_call(self, pick: int) -> Thing | None:
        calls = [thing for thing in self.things if thing.is_call]
        return calls[pick % len(calls)] if calls else None

    def gone(self, records: Iterable[Record]) -> None:
        for record in records:
            record.fate = Fate.GONE

    def age(self) -> None:
        """Whatever is due now is gone for ever."""
        self.gone(self.world.due(self._records()))

    def settle_doubts(self) -> None:
        for record in self._records():
            if record.fate is Fate.DOUBTFUL:
                record.fate = Fate.LIVE

    def keep_what_is_readable(self, things: Iterable[Thing]) -> None:
        """What can be opened when a hold covers it, and was acknowledged, must stay so."""
        if held := self._held(things):
            readable = self.world.readable()
            self.kept |= {key: record for key, record in readable.items() if record in held}

    def forget_what_nothing_keeps(self) -> None:
        held = self._held(self.things)
        self.kept = {key: record for key, record in self.kept.items() if record in held}

    def _held(self, things: Iterable[Thing]) -> set[UUID]:
        """The ids of the records, and of the licences, that acknowledged holds cover."""
        holds = self.holds.values()
        covered = [thing for thing in things if any(hold.covers(thing) for hold in holds)]
        held = {record.id for thing in covered for record in thing.records}
        licences = self.world.licence_ids.items()
        return held | {
            one for name, one in licences if any(hold.covers_licence(name) for hold in holds)
        }

    def _records(self) -> Iterator[Record]:
        return (record for thing in self.things for record in thing.records)

    def may_be_refused(self, licence: str, status: int) -> bool:
        refused_for_licence = licence in self.leaving and status in (422, 503)
        return refused_for_licence or (status in (410, 422) and self._has_ended())

    def _has_ended(self) -> bool:
        return self.world.found().history.contract_ended_on is not None
