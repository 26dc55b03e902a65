"""Handing over the sealed package of a case: with its first download the case is disclosed."""

from dataclasses import dataclass
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.disclosure.case_files import CaseFiles
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.steps import ANSWERED, State, Step
from telecom_privacy.errors import Conflict, NotFound
from telecom_privacy.http.access import Access


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """What is known of a package; `file_name` has the random id of its case alone."""

    content: OpenedContent
    file_name: str


class HandingOver:
    def __init__(
        self, register: Register, law: ApplicableLaw, files: CaseFiles, clock: Clock
    ) -> None:
        self._register = register
        self._law = law
        self._files = files
        self._clock = clock

    def package(self, case_id: UUID) -> SealedPackage:
        """Open what is known of the package that was sealed last.

        Raises `NotFound`, `Gone`, and `Conflict` for an order that was rejected or withdrawn.
        """
        requisition = self._register.read(case_id)
        if not (sealed := requisition.last(Step.SEALED)):
            raise NotFound("package")
        _require_answerable(requisition)
        content = self._files.open(case_id, sealed.said["name"])
        return SealedPackage(content, f"{case_id}{sealed.said['suffix']}")

    def log_download(self, access: Access, case_id: UUID) -> None:
        """Log that the package leaves, each time; with the first the case is disclosed.

        Its first byte counts: a download goes on from any other place, and what left, be it a part,
        is not called back by cancelling. What of it arrived the authority's receipt tells.
        Raises `Conflict` for an order that was withdrawn meanwhile, or that a notified authority
        may still refuse, which is logged; then nothing leaves.
        """

        def say(before: Requisition) -> Requisition:
            self._law.require_not_refusable(before)
            now = self._clock.now()
            return before.after(Entry(Step.HANDED_OVER, now, now, access.actor))

        requisition = self._register.note(access, case_id, Step.HANDED_OVER, say, _was_answered)
        _require_answerable(requisition)
        self._register.log("requisition.package_opened", access, {"requisition": str(case_id)})


def _was_answered(requisition: Requisition) -> bool:
    return requisition.answered is not None


def _require_answerable(requisition: Requisition) -> None:
    """What was sealed for an order that was rejected or withdrawn since does not leave any more."""
    if requisition.state not in (State.AWAITING_DISCLOSURE, *ANSWERED):
        raise Conflict(f"the package of a case that is {requisition.state.value} stays here")
