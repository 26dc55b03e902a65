"""Keeping data from being erased: by an order of its own, or while a case runs (RULES LAW-5).

The holds are secret and known to legal staff alone. They end by themselves: at the time that the
text sets, which is part of each hold from the start, and with the order that was their ground, if
it is rejected, cancelled or corrected. Otherwise two people release one before, as any.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.case_holds import CaseHolds
from telecom_privacy.disclosure.finding.parties import targets
from telecom_privacy.disclosure.keeping import (
    Keeping,
    hold_ids,
    holds_of,
    is_kept_as_asked,
    kept_until,
    said_of,
    superseded,
)
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.steps import State, Step
from telecom_privacy.errors import Conflict, Gone, NotFound
from telecom_privacy.holds.service import HoldService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.legal_bases.model import BasisKind
from telecom_privacy.policies.duration import Duration, add

WHILE_A_CASE_RUNS = Duration(exact=timedelta(days=60))
EXTENSION = Duration(exact=timedelta(days=30))
"""How long data is kept for an order of production, as for one of preservation by the e-Evidence
Regulation (article 11); and by how much that is renewed."""

_SYSTEM = Access("system", ApiRole.ADMIN)


class Preservation:
    def __init__(
        self,
        register: Register,
        law: ApplicableLaw,
        holds: HoldService,
        case_holds: CaseHolds,
        clock: Clock,
    ) -> None:
        self._register = register
        self._law = law
        self._holds = holds
        self._case_holds = case_holds
        self._clock = clock

    def preserve(self, access: Access, case_id: UUID) -> Requisition:
        """Keep what a case names for the time of its text, which begins now; again: as it is.

        After a correction, what it names now is kept until the same time, and nothing else. An
        order of preservation must be approved before. Raises `Conflict`.
        """
        known = self._register.read(case_id)
        if is_kept_as_asked(known) and not self._is_over(known):
            return known
        requisition = self._register.require(
            access, case_id, Step.PRESERVED, self._require_not_over
        )
        lasting = add(self._clock.now(), self._lasting(requisition), self._law.zone)
        until = kept_until(requisition) or lasting
        said = said_of(self._case_holds.place(access, requisition, until), until)
        self._holds.share(case_id)
        kept = self._note(access, requisition, Step.PRESERVED, said, is_kept_as_asked)
        self._holds.lift(access, case_id, self._unfounded(kept))
        return kept

    def _unfounded(self, requisition: Requisition) -> frozenset[UUID]:
        """The holds that were placed for what a case named before, noted in it or not."""
        placed = self._holds.of_requisition(requisition.id)
        return frozenset(one.stored.id for one in placed) - hold_ids(holds_of(requisition))

    def lift(self, access: Access, requisition: Requisition) -> Requisition:
        """End the holds of a case that was rejected or cancelled; return it. May be repeated.

        Those that an order of production took over, and is open still, stay.
        """
        is_over = requisition.state in (State.REJECTED, State.CANCELLED)
        if is_over and not self._is_used(requisition):
            self._holds.lift(access, requisition.id, None)
        return requisition

    def lift_unfounded(self) -> None:
        """End holds whose case was rejected, cancelled or corrected before a kill."""
        for case_id in self._holds.requisitions():
            with suppress(NotFound, Gone):
                requisition = self.lift(_SYSTEM, self._register.read(case_id))
                self._holds.lift(_SYSTEM, case_id, superseded(requisition))

    def renew(self, access: Access, case_id: UUID, reference: str) -> Requisition:
        """Keep it longer, once, by the time that the text allows and within that which runs.

        Raises `Conflict` where the text allows none, or that time is over.
        """
        requisition = self._register.require(access, case_id, Step.RENEWED, _require_renewable)
        extension = self._extension(requisition)
        until = kept_until(requisition)
        if extension is None or until is None or until <= self._clock.now():
            raise Conflict("the text allows no renewal, or the time to be renewed is over")
        longer = add(until, extension, self._law.zone)
        self._extend(access, holds_of(requisition), longer)
        said = {**said_of((), longer), "reference": reference}
        return self._note(access, requisition, Step.RENEWED, said)

    def convert(self, access: Access, case_id: UUID, production_id: UUID) -> Requisition:
        """Let what is preserved be kept for an order of production, which was approved since.

        It keeps of that what it names itself. May be repeated. Raises `Conflict` unless the one is
        preserved, and the other approved and of nothing that is not.
        """
        preserved = self._register.require(access, case_id, Step.CONVERTED)
        production = self._register.read(production_id)
        until, now = kept_until(preserved), self._clock.now()
        if production.state is not State.AWAITING_DISCLOSURE or until is None or until <= now:
            raise Conflict("convert what is preserved still into an approved order of production")
        keeping, own = _shared(preserved, production), holds_of(production)
        if not hold_ids(keeping) <= hold_ids(own):
            self._register.require(access, production_id, Step.PRESERVED)
            longer = max(until, add(now, WHILE_A_CASE_RUNS, self._law.zone))
            both = [*(one for one in own if one not in keeping), *keeping]
            self._extend(access, both, longer)
            self._note(access, production, Step.PRESERVED, said_of(both, longer))
        return self._note(access, preserved, Step.CONVERTED, {"production": str(production_id)})

    def note_lapsed(self) -> None:
        """Note in each case that its holds are over; they end by themselves. May be repeated."""
        now = self._clock.now()
        for _, requisition in self._register.each(is_open=True):
            until = kept_until(requisition)
            is_over = until is not None and until <= now
            if is_over and not self._holds.are_in_force(hold_ids(holds_of(requisition))):
                with suppress(Conflict):  # another was faster, or corrected it
                    self._note(_SYSTEM, requisition, Step.LAPSED, {})

    def _is_over(self, requisition: Requisition) -> bool:
        """Whether the time of its holds is over, noted or not."""
        until = kept_until(requisition)
        return bool(requisition.last(Step.LAPSED) or (until and until <= self._clock.now()))

    def _require_not_over(self, requisition: Requisition) -> None:
        if self._is_over(requisition):
            raise Conflict("the time for which this case kept anything is over")

    def _is_used(self, requisition: Requisition) -> bool:
        converted = requisition.all(Step.CONVERTED)
        return any(self._is_open(UUID(one.said["production"])) for one in converted)

    def _is_open(self, production_id: UUID) -> bool:
        with suppress(NotFound, Gone):
            return self._register.read(production_id).state is State.AWAITING_DISCLOSURE
        return False

    def _lasting(self, requisition: Requisition) -> Duration:
        basis = self._law.of(requisition.order).basis
        return (basis and basis.preservation) or WHILE_A_CASE_RUNS

    def _extension(self, requisition: Requisition) -> Duration | None:
        if requisition.kind is BasisKind.PRODUCTION:
            return EXTENSION
        basis = self._law.of(requisition.order).basis
        return basis.extension if basis else None

    def _extend(self, access: Access, holds: list[Keeping], until: datetime) -> None:
        for one in holds:
            self._holds.extend(access, one.hold_id, until)

    def _note(
        self,
        access: Access,
        kept: Requisition,
        step: Step,
        said: Mapping[str, Any],
        is_done: Callable[[Requisition], bool] = lambda _: False,
    ) -> Requisition:
        """Note a step about the holds of a case. Raises `Conflict` where its order is another one
        since they were placed: they keep what it does not name any more."""

        def say(before: Requisition) -> Requisition:
            if before.order != kept.order:
                raise Conflict("the order was corrected meanwhile; ask again")
            now = self._clock.now()
            return before.after(Entry(step, now, now, access.actor, said))

        return self._register.note(access, kept.id, step, say, is_done)


def _shared(preserved: Requisition, production: Requisition) -> list[Keeping]:
    """The holds of what an order of production names; all of that must be preserved."""
    named = set(targets(production.asked))
    keeping = [one for one in holds_of(preserved) if one.target in named]
    if {one.target for one in keeping} != named:
        raise Conflict("the order of production names what is not preserved")
    return keeping


def _require_renewable(requisition: Requisition) -> None:
    if not requisition.last(Step.PRESERVED):
        raise Conflict("nothing is preserved")
