"""Reading cases, and the list by urgency: each reading is logged."""

from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.disclosure import deadlines
from telecom_privacy.disclosure.deadlines import Deadline, Urgency
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.steps import State
from telecom_privacy.http.access import Access
from telecom_privacy.storage.paging import Position, page_least_first


class Requisitions:
    def __init__(self, register: Register, law: ApplicableLaw, clock: Clock) -> None:
        self._register = register
        self._law = law
        self._clock = clock

    def read(self, access: Access, case_id: UUID) -> Requisition:
        """Raises `NotFound`, and `Gone` for a case that is erased or past its term."""
        found = self._register.read(case_id)
        self._register.log("requisition.read", access, {"requisition": str(case_id)})
        return found

    def most_urgent(
        self, access: Access, after: Position | None, limit: int
    ) -> tuple[list[Requisition], Position | None]:
        """Return a page of the cases that are not closed, the most urgent first."""
        now = self._clock.now()

        def place(requisition: Requisition) -> Position:
            return deadlines.by_urgency(requisition, self.deadline(requisition), now)

        each_open = (requisition for _, requisition in self._register.each(is_open=True))
        page, more = page_least_first(each_open, place, after, limit)
        self._register.log("requisitions.listed", access, {"count": len(page)})
        return page, more

    def page(
        self, access: Access, state: State | None, after: Position | None, limit: int
    ) -> tuple[list[Requisition], Position | None]:
        """Return a page of all cases, or of those in a state, latest received first."""

        def wanted(requisition: Requisition) -> bool:
            return state is None or requisition.state is state

        page, more = self._register.page(after, limit, wanted)
        self._register.log("requisitions.listed", access, {"count": len(page)})
        return page, more

    def deadline(self, requisition: Requisition) -> Deadline:
        basis = self._law.of(requisition.order).basis
        return deadlines.deadline(requisition, basis, self._law.zone)

    def urgency(self, requisition: Requisition) -> Urgency:
        return deadlines.urgency(requisition, self.deadline(requisition), self._clock.now())
