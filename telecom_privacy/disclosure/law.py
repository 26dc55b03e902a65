"""The law that applies to a requisition: that of the day on which it was received."""

from datetime import tzinfo

from telecom_privacy.disclosure.admissibility import Law
from telecom_privacy.disclosure.model import Order
from telecom_privacy.legal_bases.service import LegalBases


class ApplicableLaw:
    """`zone` is the operator's, whose days and months count."""

    def __init__(self, bases: LegalBases, zone: tzinfo) -> None:
        self._bases = bases
        self.zone = zone

    def of(self, order: Order) -> Law:
        day = self._bases.day(order.received_at)
        basis = self._bases.find(order.basis, order.received_at)
        conditions = self._bases.conditions_of(basis, order.received_at) if basis else []
        return Law(day, basis, conditions)
