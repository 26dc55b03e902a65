"""The law that applies to a requisition: that of the day on which it was received."""

from datetime import datetime, tzinfo

from telecom_privacy.clock import Clock, to_text
from telecom_privacy.disclosure.admissibility import Law
from telecom_privacy.disclosure.deadlines import refusable_until
from telecom_privacy.disclosure.model import Order, Requisition
from telecom_privacy.errors import Conflict
from telecom_privacy.legal_bases.service import LegalBases


class ApplicableLaw:
    """`zone` is the operator's, whose days and months count."""

    def __init__(self, bases: LegalBases, clock: Clock, zone: tzinfo) -> None:
        self._bases = bases
        self._clock = clock
        self.zone = zone

    def of(self, order: Order) -> Law:
        return self._on(order, order.received_at)

    def of_today(self, order: Order) -> Law:
        """What an approval needs to obey as well."""
        return self._on(order, self._clock.now())

    def refusable_until(self, requisition: Requisition) -> datetime | None:
        """Until when an authority that was notified may refuse; None: it may not (any more)."""
        basis = self.of(requisition.order).basis
        return refusable_until(requisition, basis, self.zone) if basis else None

    def require_not_refusable(self, requisition: Requisition) -> None:
        """Raise `Conflict` while an authority that was notified may still refuse."""
        until = self.refusable_until(requisition)
        if until and self._clock.now() < until:
            raise Conflict(f"the enforcing authority may refuse until {to_text(until)}")

    def _on(self, order: Order, moment: datetime) -> Law:
        basis = self._bases.find(order.basis, moment)
        conditions = self._bases.conditions_of(basis, moment) if basis else []
        return Law(self._bases.day(moment), basis, conditions)
