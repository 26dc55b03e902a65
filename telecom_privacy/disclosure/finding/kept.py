"""What holds of the case itself keep of that which was erased: it is found, too (RULES LAW-5)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from telecom_privacy.disclosure.categories import answered_by, is_state
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.owners import Owners
from telecom_privacy.disclosure.finding.parties import is_of_side
from telecom_privacy.disclosure.finding.sharing import each_once
from telecom_privacy.disclosure.keeping import Keeping, hold_ids, holds_of
from telecom_privacy.disclosure.matching import Found, Kind, Preserved, Reason, Target
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.model import StoredHold
from telecom_privacy.holds.service import HoldService
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.traffic.model import other_numbers

_CALLS = (Category.CALL, Category.RECORDING, Category.TRAFFIC)


class KeptSource:
    def __init__(self, withheld: WithheldService, holds: HoldService, owners: Owners) -> None:
        self._withheld = withheld
        self._holds = holds
        self._owners = owners

    def in_force(self, requisition: Requisition) -> Mapping[Target, Sequence[StoredHold]]:
        """The holds of the case that are in force, for each target."""
        keeping = holds_of(requisition)
        found = {hold.id: hold for hold in self._holds.in_force(hold_ids(keeping))}
        kept: defaultdict[Target, list[StoredHold]] = defaultdict(list)
        for one in keeping:
            if hold := found.get(one.hold_id):
                kept[one.target].append(hold)
        return dict(kept)

    def ids(self, requisition: Requisition) -> frozenset[object]:
        """The ids of all that the case keeps of the erased, and the calls named of which it is."""
        found: set[object] = set()
        for keeping in self._keeping(requisition):
            for original in self._withheld.kept_by(keeping.hold_id):
                found.add(original.item.record_id)
                if self._is_meant(keeping.target, original):
                    found.add(keeping.target)
        return frozenset(found)

    def calls(self, requisition: Requisition) -> Mapping[Target, Original]:
        """Of the calls that an order names those which were erased, and the case keeps."""
        return {
            one.target: original
            for one in self._keeping(requisition)
            if one.target.kind is Kind.CALL
            for original in self._withheld.kept_by(one.hold_id)
            if original.category == Category.CALL and self._is_meant(one.target, original)
        }

    def each(
        self, judge: Judge, requisition: Requisition, targets: Sequence[Target]
    ) -> Iterator[Found]:
        """Yield what is kept of what the order names still: it may have been corrected since.

        Target by target, for each once: several holds of the case may keep the same.
        """
        keeping = self._keeping(requisition)
        for target in targets:
            kept = (self._kept_by(judge, one) for one in keeping if one.target == target)
            yield from each_once(chain.from_iterable(kept))

    def _keeping(self, requisition: Requisition) -> list[Keeping]:
        """What keeps anything now: a hold is over at its time, swept or not."""
        keeping = holds_of(requisition)
        in_force = {hold.id for hold in self._holds.in_force(hold_ids(keeping))}
        return [one for one in keeping if one.hold_id in in_force]

    def _kept_by(self, judge: Judge, keeping: Keeping) -> Iterator[Found]:
        target = keeping.target
        for original in self._withheld.kept_by(keeping.hold_id):
            category = _answers(target, original)
            if category in judge.covered and self._is_meant(target, original):
                yield from self._judged(judge, keeping, category, original)

    def _judged(
        self, judge: Judge, keeping: Keeping, category: DataCategory, original: Original
    ) -> Iterator[Found]:
        target = keeping.target
        others: Sequence[str] = [target.name] if target.kind is Kind.NUMBER else ()
        if original.category in _CALLS:
            call = self._withheld.call(original, keeping.hold_id)
            if not is_of_side(target, call):
                return
            others = other_numbers(call) if call else ()
        self._owners.note(judge, others)
        yield _found(judge, keeping, category, original, others)

    def _is_meant(self, target: Target, original: Original) -> bool:
        """Of a call that is named its hold may keep others, which began at the same moment.

        It is told by what is sealed: the keys that found it may be gone with its client.
        """
        if target.kind is not Kind.CALL:
            return True
        if original.category not in (Category.CALL, Category.RECORDING):
            return False
        sealed = self._withheld.sealed(original)
        return target.name in (sealed.get("id"), sealed.get("call_id"))


def _answers(target: Target, original: Original) -> DataCategory | None:
    role, category = original.scope.role, original.category
    if category == Category.RECORDING and role is Role.PROCESSOR:
        return DataCategory.CONTENT
    if category == Category.TRAFFIC and target.kind is not Kind.CALL:
        return DataCategory.TRAFFIC
    if category == Category.CALL and target.kind is Kind.CALL:
        return DataCategory.TRAFFIC
    return answered_by(role, category) if target.kind is Kind.NUMBER else None


def _found(
    judge: Judge,
    keeping: Keeping,
    category: DataCategory,
    original: Original,
    others: Sequence[str],
) -> Found:
    outside = not is_state(original.category) and not judge.is_in_period(original.started_at)
    reason = judge.reason(category, original.scope, None, keeping.target, others)
    return Found(
        target=keeping.target,
        category=category,
        role=original.scope.role,
        id=original.content or original.item.record_id,
        at=original.started_at,
        item=Preserved(keeping.hold_id, original, judge.given(original.scope, others)),
        reason=reason or (Reason.OUTSIDE_PERIOD if outside else None),
    )
