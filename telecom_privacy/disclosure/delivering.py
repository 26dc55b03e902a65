"""The delivery that a package is made of: what the order asks, and what is given of it."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from telecom_privacy.disclosure import words
from telecom_privacy.disclosure.contents import ContentOpening
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.matching import Matches
from telecom_privacy.disclosure.model import Order, Requisition
from telecom_privacy.disclosure.opening import CallOpening
from telecom_privacy.disclosure.package.model import (
    Asked,
    Authority,
    BasisCited,
    Delivery,
    DisclosedCall,
    LogProof,
    Operator,
    OrderScan,
    Person,
)
from telecom_privacy.disclosure.scope import DisclosureScope
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Conflict


class Delivering:
    def __init__(
        self,
        law: ApplicableLaw,
        scope: DisclosureScope,
        calls: CallOpening,
        contents: ContentOpening,
        operator: Operator,
    ) -> None:
        self._law = law
        self._scope = scope
        self._calls = calls
        self._contents = contents
        self._operator = operator

    def of(
        self, requisition: Requisition, matches: Matches, at: datetime, proofs: tuple[LogProof, ...]
    ) -> Delivery:
        """Return what is given. Raises `Conflict` where the text was not in force.

        All of it is found anew whenever it is asked for, in constant memory.
        """
        order, basis = requisition.order, self._law.of(requisition.order).basis
        if basis is None:
            raise Conflict("the text that is cited was not in force")
        return Delivery(
            case_id=requisition.id,
            reference=order.reference,
            basis=BasisCited(basis.id, basis.title, basis.text),
            authority=Authority(order.authority.kind.value, order.authority.name),
            person=Person(order.person.rank, order.person.name, order.person.service),
            asked=_asked(order),
            prepared_at=at,
            operator=self._operator,
            differences=tuple(map(words.difference, matches.lines)),
            calls=partial(self.calls, requisition),
            records=lambda: self._contents.records(self._scope.each(requisition)),
            recordings=lambda: self._contents.recordings(self._scope.each(requisition)),
            proofs=proofs,
            order=_scan(requisition),
        )

    def calls(self, requisition: Requisition) -> Iterator[DisclosedCall]:
        """Yield the calls that are given."""
        return self._calls.each(self._scope.calls(requisition))


def _asked(order: Order) -> Asked:
    asked = order.asked
    return Asked(
        numbers=asked.every_number,
        licences=tuple(f"{one.client_id}/{one.id}" for one in asked.licences),
        call_ids=tuple(f"{one.client_id}/{one.id}" for one in asked.calls),
        start=asked.start,
        end=asked.end,
        zone=ZoneInfo(asked.zone),
        categories=tuple(sorted(asked.categories)),
    )


def _scan(requisition: Requisition) -> OrderScan | None:
    filed = requisition.last(Step.SCANNED)
    return OrderScan(filed.said["sha256"], filed.said["media_type"]) if filed else None
