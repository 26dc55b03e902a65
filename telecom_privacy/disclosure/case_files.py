"""The files of a case: the scan of the order, evidence, the sealed package (RULES RET-32).

Each is a kept record of its own with binary content, under an id that follows from the case: so a
kill leaves none that the case does not find.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid5

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Conflict, Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.records.attaching import NewContent
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.kept_content import KeptContent
from telecom_privacy.records.kept_files import KeptFiles
from telecom_privacy.records.model import NewRecord

CATEGORY = "requisition_file"
"""The category of the policy files that says how long files of a closed case are kept."""

SCAN = "scan"
RECEIPT = "receipt"
WITHDRAWN = "LAW-3"
"""The rule by which a package that nobody may have any more is destroyed."""

_FILING = frozenset({Step.SCANNED, Step.RECEIPT_FILED, Step.EVIDENCE_FILED})


def package_name(number: int) -> str:
    """The name of the package that was assembled as the `number`th; a kill may leave others."""
    return f"package-{number}"


def of_check(number: int) -> str:
    """The name of the evidence of a check."""
    return f"check-{number}"


def scan_name(requisition: Requisition) -> str:
    """The name of the scan that counts: a correction of its digest makes earlier ones void."""
    return list(_scans(requisition))[-1]


def filed(requisition: Requisition, name: str) -> Entry | None:
    """The step by which a paper was filed."""
    found = (one for one in requisition.entries if one.step in _FILING)
    return next((one for one in found if one.said["name"] == name), None)


def file_id(case_id: UUID, name: str) -> UUID:
    """The id under which a paper of a case is kept."""
    return uuid5(case_id, name)


class CaseFiles:
    def __init__(
        self,
        clients: ClientService,
        kept: KeptRecords,
        contents: KeptFiles,
        ending: KeptContent,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._kept = kept
        self._contents = contents
        self._ending = ending
        self._clock = clock

    @property
    def max_bytes(self) -> int:
        return self._contents.max_bytes

    def store(
        self,
        access: Access,
        case_id: UUID,
        name: str,
        media_type: str,
        sha256: bytes | None,
        body: Iterable[bytes],
        check: Callable[[], None],
    ) -> OpenedContent:
        """Store a file, or recognise it as stored already; return what is known of it.

        `check` raises what forbids it, before the first byte and after the last. Raises `Conflict`
        for another file of the name, and as `KeptFiles.store`.
        """
        check()
        self._ensure(access, case_id, name)
        named = str(file_id(case_id, name))
        new = NewContent(CATEGORY, named, media_type, sha256)
        self._contents.store(access, self._clients.operator(), new, body, check)
        return self.open(case_id, name)

    def open(self, case_id: UUID, name: str) -> OpenedContent:
        """Open what is known of a file. Raises `NotFound`, and `Gone` past its term."""
        try:
            named = str(file_id(case_id, name))
            return self._contents.open(self._clients.operator(), CATEGORY, named)
        except NotFound as error:
            raise NotFound("file") from error

    def close(self, requisition: Requisition, at: datetime) -> None:
        """Let the term of all files begin; may be repeated."""
        for name in _names(requisition):
            with suppress(NotFound, Gone):
                self._close(file_id(requisition.id, name), at)

    def destroy_packages(
        self, access: Access, requisition: Requisition, but: str | None = None
    ) -> None:
        """Destroy the keys of all that was sealed for a case, but of one; may be repeated."""
        operator = self._clients.operator()
        for name in (name for name in _packages(requisition) if name != but):
            with suppress(NotFound, Gone):
                named = str(file_id(requisition.id, name))
                record = self._kept.fetch(operator, CATEGORY, named).stored
                self._ending.end(record, WITHDRAWN, access.actor)

    def _ensure(self, access: Access, case_id: UUID, name: str) -> None:
        """Store the record that the content will belong to, unless it is there."""
        named = str(file_id(case_id, name))
        new = NewRecord(CATEGORY, named, None, None, self._clock.now(), {})
        try:
            self._kept.fetch(self._clients.operator(), CATEGORY, named)
        except NotFound:
            with suppress(Conflict):  # another was faster
                file = {"case": str(case_id), "name": name}
                self._kept.insert(access.actor, self._clients.operator(), new, file)

    def _close(self, named: UUID, at: datetime) -> None:
        self._kept.note_event(self._clients.operator(), CATEGORY, str(named), {"closed": at})


def _names(requisition: Requisition) -> Iterator[str]:
    yield from (*_scans(requisition), RECEIPT)
    yield from _packages(requisition)
    yield from (of_check(check.number) for check in requisition.checks)


def _scans(requisition: Requisition) -> Iterator[str]:
    yield SCAN
    corrections = (entry.said["changed"] for entry in requisition.all(Step.CORRECTED))
    voiding = sum("scan_sha256" in changed for changed in corrections)
    yield from (f"{SCAN}-{number}" for number in range(2, voiding + 2))


def _packages(requisition: Requisition) -> Iterator[str]:
    assembled = len(requisition.all(Step.ASSEMBLED))
    yield from (package_name(number) for number in range(1, assembled + 1))
