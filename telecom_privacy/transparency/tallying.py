"""What counts of a case."""

from datetime import tzinfo
from uuid import uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.legal_bases.service import LegalBases
from telecom_privacy.transparency.model import Expected, Group, Outcome, Tally
from telecom_privacy.transparency.repository import TransparencyRepository
from telecom_privacy.transparency.years import year_of

_ENDS = {
    Step.NOTHING_FOUND: Outcome.NOTHING_FOUND,
    Step.REJECTED: Outcome.REFUSED,
    Step.CANCELLED: Outcome.WITHDRAWN,
}


class Tallying:
    """Counts each case from before it is recorded (see `disclosure.tally.Tally`)."""

    def __init__(
        self, repository: TransparencyRepository, bases: LegalBases, clock: Clock, zone: tzinfo
    ) -> None:
        self._repository = repository
        self._bases = bases
        self._clock = clock
        self._zone = zone

    def expect(self, requisition: Requisition) -> None:
        now = self._clock.now()
        year = year_of(requisition.order.received_at, now, self._zone)
        self._repository.insert_expected(Expected(requisition.id, uuid4(), year, now))

    def tally(self, expected: Expected, requisition: Requisition) -> Tally:
        """Return what counts of a case now; the year of its report stays."""
        return Tally(
            id=expected.tally_id,
            year=expected.year,
            group=self._group(requisition),
            outcome=outcome_of(requisition),
            accounts=_accounts(requisition),
        )

    def _group(self, requisition: Requisition) -> Group | None:
        """None where the law forbids to tell that there was a request at all."""
        order = requisition.order
        if not self._bases.is_counted(order.basis, order.authority.kind):
            return None
        basis = self._bases.find(order.basis, order.received_at)
        return Group(order.authority.kind.value, basis.id if basis else order.basis)


def outcome_of(requisition: Requisition) -> Outcome:
    """How a case ended, or that it did not yet."""
    taken = [entry.step for entry in requisition.entries]
    if requisition.answered and Step.NOTHING_FOUND not in taken:
        return Outcome.PARTLY if Step.PARTIAL in taken else Outcome.GRANTED
    return next((end for step, end in _ENDS.items() if step in taken), Outcome.PENDING)


def _accounts(requisition: Requisition) -> int:
    asked = requisition.asked
    return len(asked.every_number) + len(asked.licences) + len(asked.calls)
