"""What legal staff do with a requisition, from its receipt to its end (RULES LAW-1..5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.approval import Approval
from telecom_privacy.disclosure.case_files import CaseFiles
from telecom_privacy.disclosure.intake import OrderIntake
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.model import Entry, Order, Requisition
from telecom_privacy.disclosure.references import References, is_repeated, taken_by
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.sealed import order_json
from telecom_privacy.disclosure.second_person import SecondPerson
from telecom_privacy.disclosure.steps import CheckName, CheckOutcome, Step
from telecom_privacy.errors import Conflict, Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.records.intake import require_not_in_future


class RequisitionService:
    """Every method that takes a step raises `NotFound`, `Gone`, and `Conflict` where the state of
    the case does not allow it, which is logged."""

    def __init__(
        self,
        register: Register,
        intake: OrderIntake,
        law: ApplicableLaw,
        approval: Approval,
        second: SecondPerson,
        files: CaseFiles,
        references: References,
        clock: Clock,
    ) -> None:
        self._register = register
        self._intake = intake
        self._law = law
        self._approval = approval
        self._second = second
        self._files = files
        self._references = references
        self._clock = clock

    def record(self, access: Access, body: Mapping[str, Any]) -> tuple[Requisition, bool]:
        """Enter an order; return its case, and whether that is new.

        The same order again is the same case. Raises `Conflict` naming the case for another order
        of that authority and reference, and `Invalid` for what has no bounds; other faults stay to
        be seen.
        """
        order = self._intake.order(access, body)
        claim = self._references.claim(access, order, uuid4())
        if claim.case:
            return self._repeated(access, claim.case, order), False
        entry = self._entry(access, Step.RECORDED, {})
        requisition = Requisition(claim.case_id, self._intake.kind(order), order, (entry,))
        try:
            self._register.insert(access, requisition)
        except Conflict:  # another recorded it meanwhile
            return self._repeated(access, self._register.read(claim.case_id), order), False
        return requisition, True

    def correct(
        self, access: Access, case_id: UUID, body: Mapping[str, Any], reason: str
    ) -> Requisition:
        """Mend what was mistyped, before the approval; what it said before stays in the case.

        Checks that depend on it are void. Raises `Invalid` and `Conflict` as `record`.
        """

        def say(before: Requisition) -> Requisition:
            order = self._intake.corrected(access, before.order, before.recorded.at, body)
            if self._intake.kind(order) is not before.kind:
                raise Invalid({"basis": ["Of another kind: cancel this case, record it anew."]})
            self._references.move(access, order, case_id)
            said = {**_changed(before.order, order), "reason": reason}
            return before.corrected(order, self._entry(access, Step.CORRECTED, said))

        return self._register.note(access, case_id, Step.CORRECTED, say)

    def check(
        self,
        access: Access,
        case_id: UUID,
        name: CheckName,
        outcome: CheckOutcome,
        how: str,
        at: datetime | None,
    ) -> Requisition:
        """Note a check that was made, and how."""
        said = {"check": name.value, "outcome": outcome.value, "how": how}
        return self._note(access, case_id, Step.CHECKED, said, at)

    def approve(
        self, access: Access, case_id: UUID, order_digest: str, *, acknowledge_unconfirmed: bool
    ) -> Requisition:
        """Approve, as a second person, the order of a digest. Raises `Forbidden` for the first.

        Raises `Conflict` where the order is another one by now, while the text does not carry what
        is asked, a check is missing or failed, or the basis is unconfirmed and that is not
        acknowledged.
        """

        def say(before: Requisition) -> Requisition:
            said = self._approval.statement(
                access, before, order_digest, acknowledged=acknowledge_unconfirmed
            )
            entries = [self._entry(access, step, found) for step, found in said.items()]
            return before.after(*entries)

        return self._register.note(access, case_id, Step.APPROVED, say)

    def confirm(
        self, access: Access, case_id: UUID, said: Mapping[str, str], at: datetime | None
    ) -> Requisition:
        """Note that the authority which was notified will not refuse: the answer may leave."""
        self._register.require(access, case_id, Step.CONFIRMED, self._require_refusable)
        return self._note(access, case_id, Step.CONFIRMED, said, at)

    def name_recipient(
        self, access: Access, case_id: UUID, recipient: Recipient, reason: str
    ) -> Requisition:
        """Name for whom the answer is, where the order did not say or its recipient lost the key.

        Another person seals for it; or confirms it, by naming the same, and either seals. Raises
        `Conflict` for one that two persons named, or oneself, or the order did.
        """
        said = {"recipient": recipient.fingerprint, "reason": reason}

        def say(before: Requisition) -> Requisition:
            self._second.require_to_name(access, before, recipient)
            return before.after(self._entry(access, Step.RECIPIENT_NAMED, said))

        return self._register.note(access, case_id, Step.RECIPIENT_NAMED, say)

    def reject(self, access: Access, case_id: UUID, reason: str) -> Requisition:
        """Refuse an order; this closes the case, and destroys what was sealed for it."""
        return self._drop(access, case_id, Step.REJECTED, reason)

    def cancel(self, access: Access, case_id: UUID, reason: str) -> Requisition:
        """Note that the authority withdrew its order; ends the case as `reject` does."""
        return self._drop(access, case_id, Step.CANCELLED, reason)

    def close(self, access: Access, case_id: UUID) -> Requisition:
        """Close a case that was answered: nothing follows, and its term begins (RULES RET-32)."""
        return self._end(access, case_id, Step.CLOSED, {})

    def receive_receipt(
        self, access: Access, case_id: UUID, said: Mapping[str, str], at: datetime | None
    ) -> Requisition:
        """Note that the authority confirmed to have received the answer."""
        return self._note(access, case_id, Step.RECEIPT, said, at)

    def _note(
        self,
        access: Access,
        case_id: UUID,
        step: Step,
        said: Mapping[str, Any],
        at: datetime | None = None,
    ) -> Requisition:
        if at is not None:
            require_not_in_future(self._clock, "at", at)

        def say(before: Requisition) -> Requisition:
            if at is not None and at < before.order.received_at:
                raise Invalid({"at": ["Lies before the receipt of the order."]})
            return before.after(self._entry(access, step, said, at))

        return self._register.note(access, case_id, step, say)

    def _require_refusable(self, requisition: Requisition) -> None:
        if self._law.refusable_until(requisition) is None:
            raise Conflict("no authority was notified that could refuse this order")

    def _drop(self, access: Access, case_id: UUID, step: Step, reason: str) -> Requisition:
        """Destroy packages before the case is closed, so that a kill leaves none that opens; and
        after, for one that was being sealed meanwhile."""
        self._files.destroy_packages(access, self._register.require(access, case_id, step))
        after = self._end(access, case_id, step, {"reason": reason})
        self._files.destroy_packages(access, after)
        return after

    def _end(
        self, access: Access, case_id: UUID, step: Step, said: Mapping[str, Any]
    ) -> Requisition:
        """Close files before the case, so that a kill leaves none open; and after, for one that was
        being filed meanwhile."""
        before = self._register.require(access, case_id, step)
        self._close_files(before, self._clock.now())
        after = self._note(access, case_id, step, said)
        self._close_files(after, after.entries[-1].noted_at)
        return after

    def _close_files(self, requisition: Requisition, at: datetime) -> None:
        self._files.close(requisition, at)
        self._references.close(requisition, at)

    def _repeated(self, access: Access, case: Requisition, order: Order) -> Requisition:
        if not is_repeated(case, order):
            raise taken_by(case)
        self._register.log("requisition.repeated", access, {"requisition": str(case.id)})
        return case

    def _entry(
        self, access: Access, step: Step, said: Mapping[str, Any], at: datetime | None = None
    ) -> Entry:
        now = self._clock.now()
        return Entry(step, at or now, now, access.actor, said)


def _changed(before: Order, after: Order) -> dict[str, Any]:
    """The names of what a correction changes, and what it said before."""
    old, new = order_json(before), order_json(after)
    changed = [name for name in old if old[name] != new[name]]
    if not changed:
        raise Conflict("the correction changes nothing")
    return {"changed": changed, "before": {name: old[name] for name in changed}}
