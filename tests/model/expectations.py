"""What must be true of a client's records, whatever happened to them."""

from uuid import UUID

from telecom_privacy.policies.model import Category
from tests.model.world import AUDIO, Call, Fate, Hold, Record, World


class Expectations:
    """The fate of each record, and who keeps it.

    `kept` are the records that some hold of `holds` keeps since before their erasure;
    `doubtful_holds` may be in force, or not; `leaving` are licences that were to be anonymised.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.holds: dict[str, Hold] = {}
        self.doubtful_holds: list[Hold] = []
        self.kept: set[UUID] = set()
        self.leaving: set[str] = set()

    def assert_kept(self) -> None:
        """What a hold keeps can be opened for the law."""
        if self.kept:
            assert self.kept <= self.world.open_for_the_law().keys()

    def assert_served(self) -> None:
        """What is gone is served to nobody, and all else reads as it was."""
        listed = self.world.listed()
        for call in self.world.calls.values():
            self._see(call, listed)

    def _see(self, call: Call, listed: set[str]) -> None:
        answer = self.world.own("GET", self.world.path(call.name))
        is_read = answer.status_code == 200
        self._agree(call.record, is_read)
        assert is_read == (call.name in listed)
        if is_read:
            assert answer.json.get("note") in call.notes
        if call.recording:
            played = self.world.play(call)
            assert not (played.status_code == 200 and played.data != AUDIO)
            self._agree(call.recording, played.status_code == 200)

    def _agree(self, record: Record, is_served: bool) -> None:
        if record.fate is Fate.DOUBTFUL and not is_served:
            record.fate = Fate.GONE
        assert is_served == (record.fate is not Fate.GONE)

    def assert_destroyed(self) -> None:
        readable = self.world.open_for_the_law()
        holds = [*self.holds.values(), *self.doubtful_holds]
        for call in self.world.calls.values():
            if not any(hold.covers(call) for hold in holds):
                gone = {record.id for record in call.records if record.fate is Fate.GONE}
                assert not gone & readable.keys()

    def assert_certified(self) -> None:
        counts = self.world.certified()
        records = [record for call in self.world.calls.values() for record in call.records]
        for category in (Category.CALL, Category.RECORDING):
            gone = [r for r in records if r.category is category and r.fate is Fate.GONE]
            assert counts.get(category, 0) == len(gone)

    def picked(self, pick: int) -> Call | None:
        calls = list(self.world.calls.values())
        return calls[pick % len(calls)] if calls else None

    def gone(self, records: list[Record]) -> None:
        for record in records:
            record.fate = Fate.GONE

    def age(self) -> None:
        """Whatever is due now is gone for ever."""
        for call in self.world.calls.values():
            self.gone([record for record in call.records if self.world.is_due(record)])

    def settle_doubts(self) -> None:
        for call in self.world.calls.values():
            for record in call.records:
                if record.fate is Fate.DOUBTFUL:
                    record.fate = Fate.LIVE

    def keep_what_is_readable(self, calls: list[Call]) -> None:
        """What can be opened when a hold covers it, and was acknowledged, must stay so."""
        covered = [c for c in calls if any(hold.covers(c) for hold in self.holds.values())]
        if covered:
            ids = {record.id for call in covered for record in call.records}
            self.kept |= ids & self.world.open_for_the_law().keys()

    def forget_what_nothing_keeps(self) -> None:
        for call in self.world.calls.values():
            if not any(hold.covers(call) for hold in self.holds.values()):
                self.kept -= {record.id for record in call.records}

    def may_be_refused(self, licence: str, status: int) -> bool:
        refused_for_licence = licence in self.leaving and status in (422, 503)
        return refused_for_licence or (status in (410, 422) and self._has_ended())

    def _has_ended(self) -> bool:
        return self.world.found().history.contract_ended_on is not None
