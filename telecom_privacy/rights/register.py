"""The register of requests: records of the operator's own, kept as proof (RULES RET-15)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from uuid import UUID

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, NotFound, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.kept_content import KeptContent
from telecom_privacy.records.model import FoundRecord, NewRecord, Record
from telecom_privacy.rights.model import TRANSITIONS, UNKNOWN, Entry, RightsRequest, Step
from telecom_privacy.rights.sealed import data_of, file_of, request_from
from telecom_privacy.storage.paging import Position

CATEGORY = "rights_request_proof"
"""The category of the policy files that says how long proof of a request is kept."""

IDENTITY_KNOWN = "DSR-3"
"""The rule under which certificates count the documents that proved an identity."""

_ANSWERED = "answered"
_TRIES = 20
_MOST_ENTRIES = 200

Say = Callable[[RightsRequest], Entry]
"""Returns the next step of a request as it is now, or raises what forbids it."""


class Register:
    def __init__(
        self,
        clients: ClientService,
        kept: KeptRecords,
        evidence: KeptContent,
        changes: ChangeLog,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._clients = clients
        self._kept = kept
        self._evidence = evidence
        self._changes = changes
        self._clock = clock
        self._zone = zone

    def insert(self, access: Access, request: RightsRequest) -> None:
        """Enter a new request. Raises `Invalid`, and `Gone` for one that is past its term."""
        data = data_of(request, self._zone)
        new = NewRecord(CATEGORY, str(request.id), None, request.subject, request.received_at, data)
        operator = self._clients.operator()
        details = {"request": str(request.id)}
        self._changes.append("rights_request.received", access, operator.id, details)
        self._kept.insert(access.actor, operator, new, file_of(request))

    def read(self, request_id: UUID) -> RightsRequest:
        """Raises `NotFound`, and `Gone` for one that is erased or past its term."""
        return request_from(self._fetch(request_id))

    def require(
        self, access: Access, request_id: UUID, step: Step, check: Callable[[RightsRequest], None]
    ) -> RightsRequest:
        """Return a request that may take a step now; else raise `Conflict`, logged as by `note`."""
        request = self.read(request_id)
        with self._logging_refusal(access, request, step):
            _require_allowed(request, step)
            check(request)
        return request

    def note(self, access: Access, request_id: UUID, step: Step, say: Say) -> RightsRequest:
        """Let a request take a step; return it as it is then.

        Raises `Conflict` where its state does not allow that, which is logged, and what `say`
        raises. A step that two callers take at once is judged anew after the first.
        """
        for _ in range(_TRIES):
            record = self._fetch(request_id)
            request = self._stepped(access, request_from(record), step, say)
            if request.state not in UNKNOWN:
                # Before the step, so that whoever is killed in between repeats it: no verified
                # request has evidence.
                self._evidence.end(record.stored, IDENTITY_KNOWN, access.actor)
            with suppress(Conflict):
                self._write(access, record, request, step)
                return request
        raise Unavailable("this request is being changed by others; retry")

    def each(
        self, after: Position | None, subject: str | None, *, is_open: bool | None
    ) -> Iterator[tuple[Position, RightsRequest]]:
        """Yield requests with their places, latest received first, in constant memory.

        Those of one person, unless `subject` is None, that are open or closed, unless `is_open` is.
        """

        def may_be(found: FoundRecord) -> bool:
            return is_open is None or is_open is (_ANSWERED not in found.events)

        found = self._kept.each(self._clients.operator(), CATEGORY, after, may_be, subject)
        return ((one.position, request_from(one)) for one in found if one.is_kept)

    def _fetch(self, request_id: UUID) -> Record:
        try:
            record = self._kept.fetch(self._clients.operator(), CATEGORY, str(request_id))
        except NotFound as error:
            raise NotFound("request") from error
        if not record.is_kept:  # proof of something that was answered elsewhere
            raise NotFound("request")
        return record

    def _stepped(
        self, access: Access, request: RightsRequest, step: Step, say: Say
    ) -> RightsRequest:
        with self._logging_refusal(access, request, step):
            _require_allowed(request, step)
            return request.after(say(request))

    @contextmanager
    def _logging_refusal(
        self, access: Access, request: RightsRequest, step: Step
    ) -> Iterator[None]:
        try:
            yield
        except Conflict:
            details = {"request": str(request.id), "step": step.value, "state": request.state}
            operator = self._clients.operator()
            self._changes.append("rights_request.step_refused", access, operator.id, details)
            raise

    def _write(self, access: Access, record: Record, request: RightsRequest, step: Step) -> None:
        operator = self._clients.operator()
        details = {"request": str(request.id)}
        with self._changes.announced(f"rights_request.{step}", access, operator.id, details):
            data = data_of(request, self._zone)
            self._kept.update(operator, record, data, file_of(request), _events(request))


def _require_allowed(request: RightsRequest, step: Step) -> None:
    if request.state not in TRANSITIONS[step]:
        raise Conflict(f"a request that is {request.state} takes no step {step}")
    if len(request.entries) >= _MOST_ENTRIES:
        raise Conflict(f"a request takes {_MOST_ENTRIES} steps at most")


def _events(request: RightsRequest) -> dict[str, datetime]:
    closing = request.closing
    return {_ANSWERED: closing.at} if closing else {}
