"""Side C: our services in this process, called as the routes call them."""

from datetime import UTC, datetime

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bench.calls import InventedCall, Seen, seen
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.roles.steps import ENTRIES, NEWEST
from telecom_privacy.bench.service import service
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.calls.ingest import CallIngest, Stored
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.search import CallQuery, CallSearch
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Gone, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.recordings.admission import Admission

_MOST = 50
_ENTRIES_AT_ONCE = 1_000


class ServiceSide:
    """The platform writes and asks, the client reads, changes, deletes; the DPO reads the log."""

    name = "C"

    def __init__(self, tenant: Tenant) -> None:
        services = tenant.services
        self._tenant = tenant
        self._platform = tenant.access(ApiRole.PLATFORM)
        self._customer = tenant.access(ApiRole.CLIENT)
        self._clients = service(services, ClientService)
        self._calls = service(services, CallService)
        self._search = service(services, CallSearch)
        self._intake = service(services, CallIntake)
        self._ingest = service(services, CallIngest)
        self._admission = service(services, Admission)
        self._log = service(services, AuditLog)

    def fill_log(self, count: int) -> None:
        """Append entries until there are so many."""
        missing = count - self._log.size()
        event = Event("call.read", "bench", datetime.now(UTC), None, {"record": "x" * 100})
        if missing > 0:
            self._log.append([event] * missing)

    def create(self, call: InventedCall) -> None:
        new = self._intake.read(call.id, call.content())
        outcome = self._ingest.store(self._platform, self._client(self._platform), [new])[0]
        if not isinstance(outcome, Stored) or not outcome.is_new:
            raise WrongAnswer("side C did not take a new call")

    def read(self, call_id: str) -> Seen:
        access = self._customer
        return seen(self._calls.read(access, self._client(access), call_id).view())

    def read_unlogged(self, call_id: str) -> Seen:
        """As `read`, but without an entry of the log: what that costs is measured so."""
        access = self._customer
        return seen(self._calls.open(access, self._client(access), call_id).view())

    def read_subject(self, number: str) -> list[Seen]:
        return self._found(CallQuery(number=number), _MOST)

    def read_licence(self, licence: str) -> list[Seen]:
        return self._found(CallQuery(licence_id=licence), NEWEST)

    def may_record(self, licence: str, number: str) -> bool:
        client = self._client(self._platform)
        return self._admission.policy(client, licence, number).record

    def change(self, call_id: str, note: str, tags: tuple[str, ...]) -> None:
        changes = {"note": note, "tags": list(tags)}
        access = self._customer
        shown = self._calls.change(access, self._client(access), call_id, changes)
        if (shown["note"], tuple(shown["tags"])) != (note, tags):
            raise WrongAnswer("side C did not take a change")

    def delete(self, call_id: str) -> None:
        self._calls.delete(self._customer, self._client(self._customer), call_id)

    def is_gone(self, call_id: str) -> bool:
        try:
            self._calls.find(self._customer, self._client(self._customer), call_id)
        except (Gone, NotFound):
            return True
        return False

    def entries(self, start: int) -> int:
        return len(self._log.entries(start, ENTRIES, sees=lambda _: True))

    def _found(self, query: CallQuery, most: int) -> list[Seen]:
        access = self._customer
        page = self._search.search(access, self._client(access), query, None, most)
        return [seen(call.view()) for call in page.items]

    def _client(self, access: Access) -> Client:
        return self._clients.reach_hosted(access, self._tenant.client)
