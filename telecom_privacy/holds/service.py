"""Holds as legal staff sees them: read, reviewed, released by two people."""

import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.errors import Conflict, IntegrityError, KeyDestroyed, NotFound
from telecom_privacy.holds.log import HoldLog
from telecom_privacy.holds.model import Act, Hold, HoldState, StoredHold
from telecom_privacy.holds.placing import HoldPlacing, NewHold
from telecom_privacy.holds.repository import HoldRepository
from telecom_privacy.holds.upkeep import HoldUpkeep
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.storage.paging import Position, page_oldest_first

_ERASED_IN_A_REQUEST = 200
"""Records that a release erases before it answers; the upkeep goes on with the rest."""

_log = logging.getLogger("telecom_privacy.holds")


class HoldService:
    def __init__(
        self,
        holds: HoldRepository,
        withheld: WithheldRepository,
        accounts: AccountService,
        placing: HoldPlacing,
        upkeep: HoldUpkeep,
        keys: KeyService,
        log: HoldLog,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._holds = holds
        self._withheld = withheld
        self._accounts = accounts
        self._placing = placing
        self._upkeep = upkeep
        self._keys = keys
        self._log = log
        self._clock = clock
        self._zone = zone

    def place(self, access: Access, new: NewHold) -> Hold:
        """Place a hold (RET-9). Raises `Invalid` for unknown ids and bad numbers."""
        return self.read(access, self._placing.place(access, new))

    def read(self, access: Access, hold_id: UUID) -> Hold:
        """Open a hold. Raises `NotFound`, also for one of a requisition unless legal staff asks."""
        return self._opened(self._fetch(access, hold_id))

    def page(
        self,
        access: Access,
        state: HoldState | None,
        review_due: bool | None,
        after: Position | None,
        limit: int,
    ) -> tuple[list[Hold], Position | None]:
        """Return a page of the holds of a state, oldest first, and where the next goes on."""
        today = self._today()
        wanted = (
            hold
            for hold in self._holds.fetch_all()
            if _may_know(access, hold)
            and state in (None, hold.state)
            and review_due in (None, hold.is_review_due(today))
        )
        page, more = page_oldest_first(wanted, _position, after, limit)
        return [self._opened(hold) for hold in page], more

    def review(self, access: Access, hold_id: UUID, review_on: date) -> Hold:
        """Put off the next review. Raises `NotFound`, and `Conflict` for a released hold."""
        if self._fetch(access, hold_id).released:
            raise Conflict("this hold was released")
        said = {"review_on": review_on.isoformat()}
        with self._log.announced("hold.reviewed", access.actor, hold_id, **said):
            if not self._holds.update_review(hold_id, review_on):
                raise Conflict("this hold was released")
        return self.read(access, hold_id)

    def of_requisition(self, case_id: UUID) -> list[Hold]:
        """The holds in force that serve a case."""
        found = self._holds.fetch_of_requisition(case_id)
        return [self._opened(hold) for hold in found if not hold.released]

    def in_force(self, hold_ids: Collection[UUID]) -> list[StoredHold]:
        """Those of some holds that are in force, and whose time is not over; unopened."""
        now, found = self._clock.now(), self._holds.fetch_in_force(hold_ids)
        return [hold for hold in found if hold.lapses_at is None or hold.lapses_at > now]

    def are_in_force(self, hold_ids: Collection[UUID]) -> bool:
        """Whether any of some holds still is."""
        return bool(self._holds.in_force(hold_ids))

    def extend(self, access: Access, hold_id: UUID, lapses_at: datetime) -> None:
        """Let a hold of a requisition lapse at another time. Raises `NotFound` and `Conflict`."""
        self._fetch(access, hold_id)
        said = {"lapses_at": to_text(lapses_at)}
        with self._log.announced("hold.extended", access.actor, hold_id, **said):
            if not self._holds.extend(hold_id, lapses_at):
                raise Conflict("this hold was released")

    def share(self, case_id: UUID) -> None:
        """Let each hold in force of a case keep, too, what others of it keep. May be repeated."""
        self._placing.share(case_id)

    def lift(self, access: Access, case_id: UUID, hold_ids: Collection[UUID] | None) -> None:
        """End holds in force that serve a case which is over, or those named of it.

        The order was their only ground. May be repeated; what they alone kept is erased.
        """
        for hold in self._holds.fetch_of_requisition(case_id):
            if not hold.released and (hold_ids is None or hold.id in hold_ids):
                act = Act(access.actor, self._clock.now())
                self._holds.extend(hold.id, act.at)
                with suppress(Conflict), self._log.announced("hold.lifted", act.by, hold.id):
                    if not self._holds.lapse(hold.id, act):
                        raise Conflict("it was released at this moment")

    def requisitions(self) -> frozenset[UUID]:
        """The cases that holds in force serve."""
        found = (hold.requisition for hold in self._holds.fetch_of_requisitions())
        return frozenset(one for one in found if one is not None)

    def release(self, access: Access, hold_id: UUID) -> Hold:
        """Ask for the release as the first person, or release as the second.

        From then on the normal rule applies at once: what only this hold kept is erased, what is
        stored follows its term. Raises `NotFound`, and `Conflict` if the hold was released or the
        same person asked before.
        """
        hold, act = self._fetch(access, hold_id), Act(access.actor, self._clock.now())
        if hold.release_asked is None:
            self._ask_release(hold, act)
        elif hold.released or self._accounts.is_same_person(hold.release_asked.by, act.by):
            raise Conflict("it was released already, or a second person must release it")
        else:
            self._release(hold, act)
        return self.read(access, hold_id)

    def _ask_release(self, hold: StoredHold, act: Act) -> None:
        with self._log.announced("hold.release_asked", act.by, hold.id):
            if not self._holds.ask_release(hold.id, act):
                raise Conflict("another asked for the release at the same time")

    def _release(self, hold: StoredHold, act: Act) -> None:
        with self._log.announced("hold.released", act.by, hold.id):
            if not self._holds.release(hold.id, act):
                raise Conflict("another released it at the same time")
        self._upkeep.empty(hold, most=_ERASED_IN_A_REQUEST)

    def _fetch(self, access: Access, hold_id: UUID) -> StoredHold:
        found = self._holds.fetch(hold_id)
        if found is None or not _may_know(access, found):
            raise NotFound("hold")
        return found

    def _opened(self, hold: StoredHold) -> Hold:
        kept = self._withheld.count_kept_by(hold.id)
        return Hold(hold, self._details(hold), kept, hold.is_review_due(self._today()))

    def _details(self, hold: StoredHold) -> Mapping[str, Any]:
        """What is sealed. A hold that cannot be opened is an alarm, and can still be released."""
        try:
            return open_json(self._keys.open(hold.binding, hold.key), hold.payload, hold.binding)
        except (KeyDestroyed, IntegrityError) as error:
            fields = {"hold": str(hold.id), "error": type(error).__name__}
            _log.critical("a hold cannot be opened", extra={"fields": fields})
            return {}

    def _today(self) -> date:
        now: datetime = self._clock.now()
        return now.astimezone(self._zone).date()


def _may_know(access: Access, hold: StoredHold) -> bool:
    """What serves a requisition is known to those alone who answer it (RULES LAW-1)."""
    return hold.requisition is None or access.role is ApiRole.LEGAL


def _position(hold: StoredHold) -> Position:
    return Position(hold.placed.at, hold.id.bytes)
