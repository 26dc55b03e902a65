"""The register of requests: records of the operator's own, kept as proof (RULES RET-15)."""

from collections.abc import Mapping
from datetime import tzinfo

from telecom_privacy.audit.model import Json
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.kept_content import KeptContent
from telecom_privacy.records.kept_register import KeptRegister, Sheet
from telecom_privacy.records.model import Record
from telecom_privacy.rights.model import TRANSITIONS, UNKNOWN, RightsRequest, Step
from telecom_privacy.rights.sealed import data_of, file_of, request_from

CATEGORY = "rights_request_proof"
"""The category of the policy files that says how long proof of a request is kept."""

IDENTITY_KNOWN = "DSR-3"
"""The rule under which certificates count the documents that proved an identity."""

_MOST_ENTRIES = 200


class Register(KeptRegister[RightsRequest, Step]):
    category = CATEGORY
    closed_by = "answered"
    name = "request"
    action = "rights_request"

    def __init__(
        self,
        clients: ClientService,
        kept: KeptRecords,
        evidence: KeptContent,
        changes: ChangeLog,
        zone: tzinfo,
    ) -> None:
        super().__init__(clients, kept, changes)
        self._evidence = evidence
        self._zone = zone

    def insert(self, access: Access, request: RightsRequest) -> None:
        """Enter a new request. Raises `Invalid`, and `Gone` for one that is past its term."""
        self._enter(access, "received", request, request.received_at, request.subject)

    def _opened(self, record: Record) -> RightsRequest:
        return request_from(record)

    def _sheet(self, request: RightsRequest) -> Sheet:
        closed_at = request.closing.at if request.closing else None
        return Sheet(data_of(request, self._zone), file_of(request), closed_at)

    def _refused(self, request: RightsRequest) -> Mapping[str, Json]:
        return {"state": request.state.value}

    def _require_allowed(self, request: RightsRequest, step: Step) -> None:
        if request.state not in TRANSITIONS[step]:
            raise Conflict(f"a request that is {request.state} takes no step {step}")
        if len(request.entries) >= _MOST_ENTRIES:
            raise Conflict(f"a request takes {_MOST_ENTRIES} steps at most")

    def _write(self, access: Access, record: Record, after: RightsRequest, step: Step) -> None:
        if after.state not in UNKNOWN:
            # Before the step, so that whoever is killed in between repeats it: no verified request
            # has evidence.
            self._evidence.end(record.stored, IDENTITY_KNOWN, access.actor)
        super()._write(access, record, after, step)
