"""What is done about holds beside requests: reminders, and the erasure of what they kept."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from telecom_privacy.clock import CLOCK_TOLERANCE, Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import RELEASED
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.withheld import WITHHELD, Original
from telecom_privacy.errors import Conflict
from telecom_privacy.holds.log import HoldLog
from telecom_privacy.holds.model import LAW, Act, StoredHold
from telecom_privacy.holds.repository import HoldRepository
from telecom_privacy.holds.withheld_repository import Kept, WithheldRepository
from telecom_privacy.keys.service import KeyService
from telecom_privacy.storage.lease import KeepAlive

_ACTOR = "holds"
_BATCH = 100
_log = logging.getLogger("telecom_privacy.holds")


def _nothing() -> None:
    return None


class HoldUpkeep:
    """Everything here may be repeated, and done by several processes at once."""

    def __init__(
        self,
        holds: HoldRepository,
        withheld: WithheldRepository,
        keys: KeyService,
        eraser: Eraser,
        log: HoldLog,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._holds = holds
        self._withheld = withheld
        self._keys = keys
        self._eraser = eraser
        self._log = log
        self._clock = clock
        self._zone = zone

    def run(self, keep_alive: KeepAlive = _nothing) -> None:
        """Remind of reviews, and erase what released holds kept. Raises `Unavailable`."""
        self._remind()
        for hold in self._holds.fetch_emptying():
            empty = partial(self.empty, hold, keep_alive)
            succeeds(empty, "what a released hold kept cannot be erased", hold=hold.id)
        self._retire_keys()

    def lapse(self) -> None:
        """Release the holds whose time, set by the law when they were placed, is over.

        To be called with a clock that is trusted only. Raises `Unavailable`.
        """
        act = Act(LAW, self._clock.now())
        for hold in self._holds.fetch_lapsing(act.at):
            with suppress(Conflict), self._log.announced("hold.lapsed", LAW, hold.id):
                if not self._holds.lapse(hold.id, act):
                    raise Conflict("it was released, or renewed, at this moment")

    def empty(
        self,
        hold: StoredHold,
        keep_alive: KeepAlive = _nothing,
        most: int | None = None,
    ) -> None:
        """Erase what a released hold kept and no other keeps; at most so many records, if given.

        In constant memory, whatever the number.
        """
        kept = islice(self._withheld.fetch_kept_by(hold.id), most)
        for batch in _batches(kept):
            keep_alive()
            # What another keeps goes, if ever, when that one is released.
            in_force = self._holds.in_force({one for _, by in batch for one in by})
            self._erase([original for original, by in batch if not by & in_force])
            self._withheld.let_go(hold.id, [original.item for original, _ in batch])
        if self._is_settled(hold) and not self._withheld.count_kept_by(hold.id):
            self._holds.update_emptied(hold.id)

    def _is_settled(self, hold: StoredHold) -> bool:
        """Whether nothing can come to it any more: who asked it in time has kept what it keeps."""
        # As it was read before it was released it does not say when: just now, at the latest.
        released_at = hold.released.at if hold.released else self._clock.now()
        return not self._eraser.is_at_work(released_at + CLOCK_TOLERANCE)

    def _erase(self, originals: Sequence[Original]) -> None:
        if originals:
            scope, items = originals[0].scope, [original.item for original in originals]
            self._eraser.erase(scope.client_id, scope.role, WITHHELD, RELEASED, items, _ACTOR)

    def _retire_keys(self) -> None:
        """A held key that outlived its client's goes with the last record that is kept.

        While the client key is there, another hold may need the held key again.
        """
        for node in self._keys.held.outliving():
            if not any(self._withheld.fetch_of(node.client_id, node.role)):
                client_id, role = node.client_id, node.role
                self._eraser.erase_nodes(client_id, role, WITHHELD, RELEASED, [node], _ACTOR)

    def _remind(self) -> None:
        """At least once for each review date, in the log that people read and in that of proof."""
        today = self._clock.now().astimezone(self._zone).date()
        for hold in self._holds.fetch_to_remind(today):
            _log.warning("a hold is due for review", extra={"fields": {"hold": str(hold.id)}})
            review_on = hold.review_on.isoformat()
            self._log.append("hold.review_due", _ACTOR, hold.id, review_on=review_on)
            self._holds.update_reminded(hold)


def _batches(kept: Iterable[Kept]) -> Iterator[list[Kept]]:
    """Each of one client and role, as the ledger has it."""
    for _, group in groupby(kept, key=lambda one: (one[0].scope.client_id, one[0].scope.role)):
        while batch := list(islice(group, _BATCH)):
            yield batch
