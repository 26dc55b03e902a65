"""Filing the papers of a case, and reading them: each reading is logged."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.disclosure.case_files import RECEIPT, CaseFiles, filed, of_check, scan_name
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import BadRequest, Conflict, NotFound
from telecom_privacy.http.access import Access


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it is announced; `sha256` is what its `Content-Digest` says."""

    media_type: str
    sha256: bytes | None
    body: Iterable[bytes] = field(repr=False)


class Filing:
    """Every method raises `NotFound`, `Gone`, and `Conflict` where the case does not allow it.

    The same bytes again change nothing; other bytes under the same name are a `Conflict`.
    """

    def __init__(self, register: Register, files: CaseFiles, clock: Clock) -> None:
        self._register = register
        self._files = files
        self._clock = clock

    @property
    def max_bytes(self) -> int:
        return self._files.max_bytes

    def scan(self, access: Access, case_id: UUID, paper: Paper) -> Requisition:
        """File the scan of the order. Raises `BadRequest` for other bytes than were announced."""
        requisition = self._register.read(case_id)
        announced = requisition.order.scan_sha256
        expected = bytes.fromhex(announced) if announced else paper.sha256
        if paper.sha256 not in (None, expected):
            raise BadRequest("the digest is not the one that was announced")
        known = replace(paper, sha256=expected)
        return self._file(access, case_id, Step.SCANNED, scan_name(requisition), known)

    def evidence(self, access: Access, case_id: UUID, number: int, paper: Paper) -> Requisition:
        """File what proves a check. Raises `NotFound` for a number that no check has."""
        if number not in {check.number for check in self._register.read(case_id).checks}:
            raise NotFound("check")
        return self._file(access, case_id, Step.EVIDENCE_FILED, of_check(number), paper)

    def receipt(self, access: Access, case_id: UUID, paper: Paper) -> Requisition:
        """File the authority's receipt on paper."""
        return self._file(access, case_id, Step.RECEIPT_FILED, RECEIPT, paper)

    def scan_name(self, case_id: UUID) -> str:
        """The name by which the scan that counts is opened."""
        return scan_name(self._register.read(case_id))

    def open(self, case_id: UUID, name: str) -> OpenedContent:
        """Open what is known of a file of a case."""
        self._register.read(case_id)
        return self._files.open(case_id, name)

    def log_opening(self, access: Access, case_id: UUID, name: str) -> None:
        """Log that a file is opened. Durable on return."""
        details = {"requisition": str(case_id), "file": name}
        self._register.log("requisition.file_opened", access, details)

    def _file(
        self, access: Access, case_id: UUID, step: Step, name: str, paper: Paper
    ) -> Requisition:
        def check() -> None:
            if filed(self._register.read(case_id), name) is None:
                self._register.require(access, case_id, step)

        try:
            stored = self._files.store(
                access, case_id, name, paper.media_type, paper.sha256, paper.body, check
            )
        except Conflict:
            self._follow(self._register.read(case_id))
            raise
        return self._noted(access, case_id, step, name, stored)

    def _follow(self, requisition: Requisition) -> None:
        """A case that was closed meanwhile did not find what was begun for this paper."""
        if requisition.closing:
            self._files.close(requisition, requisition.closing.noted_at)

    def _noted(
        self, access: Access, case_id: UUID, step: Step, name: str, stored: OpenedContent
    ) -> Requisition:
        """Note a file in its case, unless an earlier request did."""
        known = self._register.read(case_id)
        if filed(known, name):
            return known
        said = {
            "name": name,
            "media_type": stored.media_type,
            "bytes": stored.length,
            "sha256": stored.sha256.hex(),
        }

        def say(before: Requisition) -> Requisition:
            if filed(before, name):
                raise Conflict("this file was filed at the same time")
            now = self._clock.now()
            return before.after(Entry(step, now, now, access.actor, said))

        return self._register.note(access, case_id, step, say)
