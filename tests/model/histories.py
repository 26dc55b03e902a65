"""Histories that are told, not drawn: all that may happen while others are half done.

Of one kind of work there are as many processes as it has writes to the database. Each stands still
before another of them; then the others work, and at last those who stood come to their end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.model.client_rules import ClientRules
from tests.model.scheduling import Stop
from tests.model.staff_rules import StaffRules
from tests.model.world import LICENCES, NUMBERS, World

LICENCE, NUMBER = LICENCES[0], NUMBERS[0]


class Telling(ClientRules, StaffRules):
    """A machine whose steps are told."""

    def calls(self, count: int, recorded: bool = True) -> None:
        if not recorded:
            self.calls_come_together(count, LICENCE, NUMBER)
        else:
            for _ in range(count):
                self.a_call_ends(LICENCE, NUMBER, recorded, stop=None)

    def enquiries(self, count: int) -> None:
        for _ in range(count):
            self.an_enquiry_comes(LICENCE, NUMBER, stop=None)

    def each(
        self, act: Callable[[int, Stop | None], None], stops: list[Stop | None], first: int = 0
    ) -> None:
        """Do the same to one thing after the other."""
        for pick, stop in enumerate(stops, first):
            act(pick, stop)

    def hold(self, licence: str | None = None, number: str | None = None) -> None:
        self.a_hold_is_placed(licence, number, stop=None)

    def release_all(self) -> None:
        while self.expected.holds:
            self.a_hold_is_released(0, stop=None)

    def look(self) -> None:
        """See that what must hold does."""
        self.expected.assert_kept()
        self.expected.assert_served()

    def end(self) -> None:
        """Those who stood still come to their end, the last first; then the holds do."""
        while self.schedule.standing:
            self.schedule.finish(self.schedule.standing[-1])
        self.look()
        self.recovery_runs(11, stop=None)
        self.a_sweep_runs(stop=None)
        self.look()
        self.release_all()
        self.all_becomes_quiet()


def before_writes(first: int, last: int) -> list[Stop | None]:
    return [Stop(write, counts_reads=False) for write in range(first, last + 1)]


def erasers_stand_while_a_hold_is_placed(told: Telling) -> None:
    told.calls(9, recorded=False)
    told.each(told.the_client_deletes_something, before_writes(1, 9))
    told.hold(number=NUMBER)
    told.end()


def resolved_enquiries_stand_while_a_hold_is_placed(told: Telling) -> None:
    told.enquiries(7)
    told.each(told.an_enquiry_is_resolved, before_writes(3, 9))
    told.hold(LICENCE)
    told.end()


def changes_stand_while_a_hold_is_placed(told: Telling) -> None:
    told.calls(11, recorded=False)
    for pick, stop in enumerate(before_writes(4, 14)):
        told.the_client_changes_a_note(pick, "new", stop)
    told.hold(LICENCE)
    told.end()


def holds_stand_while_all_is_erased(told: Telling) -> None:
    told.calls(3, recorded=False)
    told.enquiries(2)
    told.hold(LICENCE)
    for stop in before_writes(3, 9):
        told.a_hold_is_placed(LICENCE, NUMBER, stop)
    told.the_client_deletes_something(0, None)
    told.the_client_changes_a_note(1, "new", None)
    told.an_enquiry_is_resolved(3, None)
    told.a_hold_is_released(0, None)
    told.the_client_deletes_something(2, None)
    told.end()


def releases_stand_while_a_hold_is_placed(told: Telling) -> None:
    told.calls(3, recorded=False)
    for _ in range(7):
        told.hold(LICENCE)
    told.each(told.the_client_deletes_something, [None] * 3)
    told.each(lambda _, stop: told.a_hold_is_released(0, stop), before_writes(3, 8))
    told.look()
    told.hold(number=NUMBER)
    told.end()


def erasers_stand_while_the_same_is_erased(told: Telling) -> None:
    told.calls(9, recorded=False)
    told.each(told.the_client_deletes_something, before_writes(1, 9))
    told.each(told.the_client_deletes_something, [None] * 9)
    told.recovery_runs(2, None)
    told.look()
    told.end()


def erasers_die_and_a_hold_is_placed(told: Telling) -> None:
    told.calls(2)
    told.calls(9, recorded=False)
    told.look()
    told.each(told.the_client_deletes_something, [*before_writes(9, 10), *before_writes(1, 9)])
    told.schedule.kill_all()
    told.look()
    told.hold(LICENCE)
    told.end()


def uploads_and_erasers_stand_while_the_others_come(told: Telling) -> None:
    told.calls(14, recorded=False)
    told.each(told.the_client_deletes_something, before_writes(1, 9))
    told.each(told.a_recording_arrives, before_writes(4, 8), first=9)
    told.each(told.a_recording_arrives, [None] * 9)
    told.each(told.the_client_deletes_something, [None] * 5, first=9)
    told.hold(LICENCE)
    told.end()


def a_licence_is_anonymised_under_a_hold(told: Telling) -> None:
    told.calls(2)
    told.enquiries(1)
    told.the_client_changes_a_note(0, "new", None)
    told.hold(LICENCE)
    told.the_client_changes_a_note(0, "newer", None)
    told.the_client_anonymises_a_licence(LICENCE, None)
    told.end()


def a_hold_is_released_by_one_person(told: Telling) -> None:
    told.calls(1)
    told.hold(LICENCE)
    told.the_client_deletes_something(0, None)
    told.one_person_asks_for_the_release_twice(0)
    told.look()
    told.end()


def a_term_ends(told: Telling) -> None:
    told.calls(1)
    told.time_passes(91)
    told.look()
    told.end()


def a_restore_brings_back_what_was_erased(told: Telling) -> None:
    told.calls(3)
    told.enquiries(1)
    told.hold(number=NUMBERS[1])
    backup = told.world.backup()
    told.each(told.the_client_deletes_something, [None] * 3)
    told.look()
    told.world.restore(backup)
    told.the_ledger_is_replayed(None)
    told.look()
    told.end()


Told = Callable[[Telling], None]

HISTORIES: tuple[Told, ...] = (
    erasers_stand_while_a_hold_is_placed,
    resolved_enquiries_stand_while_a_hold_is_placed,
    changes_stand_while_a_hold_is_placed,
    holds_stand_while_all_is_erased,
    releases_stand_while_a_hold_is_placed,
    erasers_stand_while_the_same_is_erased,
    erasers_die_and_a_hold_is_placed,
    uploads_and_erasers_stand_while_the_others_come,
    a_licence_is_anonymised_under_a_hold,
    a_hold_is_released_by_one_person,
    a_term_ends,
    a_restore_brings_back_what_was_erased,
)


@contextmanager
def telling(new_world: Callable[[], World]) -> Iterator[Telling]:
    told = Telling(new_world)
    try:
        yield told
    finally:
        told.teardown()
