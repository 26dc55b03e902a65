"""Whether a case may be approved, and by whom (RULES LAW-1, LAW-4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from telecom_privacy.disclosure import checks
from telecom_privacy.disclosure.admissibility import Law, faults
from telecom_privacy.disclosure.case_files import filed, scan_name
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.sealed import order_digest
from telecom_privacy.disclosure.second_person import SecondPerson
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.disclosure.whole_clients import WholeClients
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access


class Approval:
    def __init__(
        self, law: ApplicableLaw, second: SecondPerson, whole_clients: WholeClients
    ) -> None:
        self._law = law
        self._second = second
        self._whole_clients = whole_clients

    def statement(
        self, access: Access, requisition: Requisition, read: str, *, acknowledged: bool
    ) -> dict[Step, Mapping[str, Any]]:
        """Return what is noted of an approval, by step.

        `read` is the digest of the order that was read. Raises `Forbidden` for whoever wrote what
        would be approved, and `Conflict` naming what stands against it.
        """
        self._second.require(access, requisition)
        if read != (digest := order_digest(requisition.order)):
            raise Conflict("the order is not the one of this order_digest: read it as it is now")
        self._require_carried(requisition)
        self._whole_clients.require_none_still(access, requisition.asked.licences)
        basis = self._law.of(requisition.order).basis
        if basis is None or (not basis.confirmed and not acknowledged):
            raise Conflict(
                "no counsel confirmed this legal basis: send acknowledge_unconfirmed: true"
            )
        confirmed = basis.confirmed
        said: dict[Step, Mapping[str, Any]] = {
            Step.APPROVED: {
                "order_digest": digest,
                "basis": basis.id,
                "text": basis.text,
                "confirmed_on": confirmed.on.isoformat() if confirmed else None,
            }
        }
        return said if confirmed else {**said, Step.ACKNOWLEDGED: {"basis": basis.id}}

    def _require_carried(self, requisition: Requisition) -> None:
        """Raise `Conflict` naming what stands against an order: faults, or checks that it lacks."""
        order = requisition.order
        for law in (self._law.of(order), self._law.of_today(order)):
            _require_admissible(requisition, law)
            _require_checked(requisition, law)


def _require_admissible(requisition: Requisition, law: Law) -> None:
    if found := faults(requisition.order, law):
        raise Conflict(f"not admissible: {_listed([fault.name for fault in found])}")


def _require_checked(requisition: Requisition, law: Law) -> None:
    if failed := checks.failed(requisition):
        raise Conflict(f"checks failed: {_listed(failed)}")
    if missing := checks.missing(requisition, law):
        raise Conflict(f"checks are missing: {_listed(missing)}")
    if not filed(requisition, scan_name(requisition)):
        raise Conflict("the scan of the order is missing")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
