"""What holds of the case itself keep of that which was erased: it is found, too (RULES LAW-5)."""

from collections.abc import Iterator, Sequence

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.disclosure.categories import answered_by, is_state
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.parties import NamedParties
from telecom_privacy.disclosure.keeping import Keeping, holds_of
from telecom_privacy.disclosure.matching import Found, Kind, Preserved, Reason, Target
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role


class KeptSource:
    def __init__(
        self, withheld: WithheldService, finder: CallFinder, parties: NamedParties
    ) -> None:
        self._withheld = withheld
        self._finder = finder
        self._parties = parties

    def ids(self, requisition: Requisition) -> frozenset[object]:
        """The ids and the places of all that the case keeps of the erased."""
        found: set[object] = set()
        for keeping in holds_of(requisition):
            for original in self._withheld.kept_by(keeping.hold_id):
                found |= {original.item.record_id, original.item.document}
        return frozenset(found)

    def each(
        self, judge: Judge, requisition: Requisition, targets: Sequence[Target]
    ) -> Iterator[Found]:
        """Yield what is kept of what the order names still: it may have been corrected since."""
        for keeping in holds_of(requisition):
            if keeping.target in targets:
                yield from self._kept_by(judge, keeping)

    def _kept_by(self, judge: Judge, keeping: Keeping) -> Iterator[Found]:
        place = self._place(keeping.target)
        for original in self._withheld.kept_by(keeping.hold_id):
            category = _answers(keeping.target, original)
            is_meant = place is None or original.item.document == place
            if is_meant and category is not None and category in judge.covered:
                yield _found(judge, keeping.target, category, original)

    def _place(self, target: Target) -> bytes | None:
        """Where the call lay that an order names; None for what names no call."""
        client = self._parties.client(target) if target.kind is Kind.CALL else None
        return self._finder.token(client, target.name) if client else None


def _answers(target: Target, original: Original) -> DataCategory | None:
    role, category = original.scope.role, original.category
    if category == Category.RECORDING and role is Role.PROCESSOR:
        return DataCategory.CONTENT
    if category == Category.TRAFFIC and target.kind is not Kind.CALL:
        return DataCategory.TRAFFIC
    if category == Category.CALL and target.kind is Kind.CALL:
        return DataCategory.TRAFFIC
    return answered_by(role, category) if target.kind is Kind.NUMBER else None


def _found(judge: Judge, target: Target, category: DataCategory, original: Original) -> Found:
    outside = not is_state(original.category) and not judge.is_in_period(original.started_at)
    reason = judge.reason(category, original.scope, None)
    return Found(
        target=target,
        category=category,
        role=original.scope.role,
        id=original.content or original.item.record_id,
        at=original.started_at,
        item=Preserved(original, judge.given(original.scope)),
        reason=reason or (Reason.OUTSIDE_PERIOD if outside else None),
    )
