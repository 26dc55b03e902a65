"""A case as legal staff see it."""

from typing import Any

from telecom_privacy.disclosure import admissibility, checks
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.model import Check, Entry, Requisition
from telecom_privacy.disclosure.naming import named_recipient
from telecom_privacy.disclosure.reading import Requisitions
from telecom_privacy.disclosure.sealed import order_digest, order_json


class RequisitionViews:
    def __init__(self, law: ApplicableLaw, requisitions: Requisitions) -> None:
        self._law = law
        self._requisitions = requisitions

    def of(self, requisition: Requisition) -> dict[str, Any]:
        """Everything of the case, with what stands against its approval."""
        law = self._law.of(requisition.order)
        return {
            **order_json(requisition.order),
            **self.summary(requisition),
            "recipient": named_recipient(requisition),
            "order_digest": order_digest(requisition.order),
            "confirmed": bool(law.basis and law.basis.confirmed),
            "faults": admissibility.faults(requisition.order, law),
            "required_checks": checks.required(requisition.order, law),
            "missing_checks": checks.missing(requisition, law),
            "checks": [_check(requisition, check) for check in requisition.checks],
            "steps": [_step(entry) for entry in requisition.entries],
        }

    def summary(self, requisition: Requisition) -> dict[str, Any]:
        """What a list shows: enough to choose the next case by."""
        order = requisition.order
        return {
            "id": requisition.id,
            "kind": requisition.kind,
            "reference": order.reference,
            "basis": order.basis,
            "received_at": order.received_at,
            "state": requisition.state,
            "stage": checks.stage(requisition, self._law.of(order)),
            "due_at": self._requisitions.deadline(requisition).due_at,
            "refusable_until": self._law.refusable_until(requisition),
            "urgency": self._requisitions.urgency(requisition),
        }


def _check(requisition: Requisition, check: Check) -> dict[str, Any]:
    return {
        "number": check.number,
        "check": check.name,
        "outcome": check.outcome,
        "how": check.entry.said["how"],
        "at": check.entry.at,
        "actor": check.entry.actor,
        "stands": checks.standing(requisition).get(check.name) == check,
    }


def _step(entry: Entry) -> dict[str, Any]:
    taken = {"step": entry.step, "at": entry.at, "noted_at": entry.noted_at, "actor": entry.actor}
    return {**taken, "said": entry.said}
