"""Many calls at once: what our own code seals, inserted a thousand at a time.

For stores that are only to be large. Each call has its two copies and its two keys, in pages as an
ingest makes them; what is left out is an entry of the log for each: all have the receipt of one.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.bench.calls import InventedCall
from telecom_privacy.bench.service import service
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.bootstrap.core import Core, build_core
from telecom_privacy.bootstrap.parties import build_parties
from telecom_privacy.bootstrap.stored import Stored, build_stored
from telecom_privacy.calls.copies import Copies
from telecom_privacy.calls.drafts import Draft, canonical_body
from telecom_privacy.calls.ingest import CALLS_OF_A_PAGE
from telecom_privacy.calls.model import NewCall, StoredCall
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import to_text
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.http.access import ApiRole
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import month_of
from telecom_privacy.traffic.model import StoredTraffic

_AT_ONCE = 1_000
_INSERTING = 2
_TIMES = ("started_at", "answered_at", "ended_at")
_INTENT = {"kind": "bulk"}

Sealed = tuple[list[StoredCall], list[StoredTraffic]]


class BulkLoader:
    """Stores calls of one client. To be used by one thread."""

    def __init__(
        self,
        core: Core,
        stored: Stored,
        licences: LicenceService,
        client: Client,
        receipt: Mapping[str, Any],
    ) -> None:
        self.core = core
        self.stored = stored
        self.client = client
        self._licences = licences
        self._copies = Copies(core.keys, core.clock)
        self._receipt = receipt
        self._licence_ids: dict[str, UUID] = {}

    def load(self, calls: Sequence[InventedCall]) -> None:
        """Store calls that nobody stored before, in both copies: seal some while others go in."""
        with ThreadPoolExecutor(_INSERTING) as pool:
            going_in: list[Future[None]] = []
            for start in range(0, len(calls), _AT_ONCE):
                sealed = self._sealed(calls[start : start + _AT_ONCE])
                if len(going_in) == _INSERTING:
                    going_in.pop(0).result()
                going_in.append(pool.submit(self._insert, *sealed))
            for one in going_in:
                one.result()

    def load_traffic(self, calls: Sequence[InventedCall]) -> None:
        """Store the operator's copies alone, and have a sweeper look at them now."""
        for start in range(0, len(calls), CALLS_OF_A_PAGE):
            drafts = [self._draft(call) for call in calls[start : start + CALLS_OF_A_PAGE]]
            named = {draft.traffic_id: draft for draft in drafts if draft.traffic_id}
            keys = self._issue({i: draft.bindings[-1] for i, draft in named.items()})
            copies = [self._copies.traffic(draft, i, keys[i]) for i, draft in named.items()]
            self.stored.traffic.insert_many(copies)
        self.core.schedule.expect(self.client.id, {Category.TRAFFIC: self.core.clock.now()})

    def _insert(self, calls: Sequence[StoredCall], copies: Sequence[StoredTraffic]) -> None:
        self.stored.traffic.insert_many(copies)
        self.stored.calls.insert_many(calls)

    def _sealed(self, calls: Sequence[InventedCall]) -> Sealed:
        stored: list[StoredCall] = []
        copies: list[StoredTraffic] = []
        for start in range(0, len(calls), CALLS_OF_A_PAGE):
            drafts = [self._draft(call) for call in calls[start : start + CALLS_OF_A_PAGE]]
            keys = self._issue(
                {
                    record_id: place
                    for one in drafts
                    for record_id, place in zip(one.record_ids, one.bindings, strict=True)
                }
            )
            for draft in drafts:
                stored.append(self._copies.call(draft, keys[draft.record_id], self._receipt))
                if i := draft.traffic_id:
                    copies.append(self._copies.traffic(draft, i, keys[i]))
        return stored, copies

    def _draft(self, call: InventedCall) -> Draft:
        new = new_call(call)
        return Draft(
            call=new,
            token=self.core.keys.identifier_token(self.client.id, "call", call.id),
            scope=self.client.scope(Role.PROCESSOR, self._licence(call.licence)),
            month=month_of(call.started_at),
            body=canonical_body(new),
            traffic_id=uuid4(),
        )

    def _issue(self, places: Mapping[UUID, Binding]) -> dict[UUID, RecordKey]:
        """Durable keys in one page, whose intent is done at once."""
        issued = self.core.keys.issue(list(places.values()), _INTENT)
        self.core.keys.settle(issued[0])
        return dict(zip(places, issued, strict=True))

    def _licence(self, external_id: str) -> UUID:
        if external_id not in self._licence_ids:
            found = self._licences.find(self.client.scope(Role.PROCESSOR), external_id)
            self._licence_ids[external_id] = found.id
        return self._licence_ids[external_id]


@contextmanager
def bulk_loader(tenant: Tenant, sample: InventedCall) -> Iterator[BulkLoader]:
    """Yield a loader for a tenant. `sample` is handed in as usual: its receipt is that of all."""
    tenant.load([sample])
    services, access = tenant.services, tenant.access(ApiRole.PLATFORM)
    client = service(services, ClientService).reach_hosted(access, tenant.client)
    receipt = service(services, CallService).receipt(access, client, sample.id)
    stored = build_stored(services.settings, services.databases)
    core = build_core(services.settings, services.databases, stored, services.clock)
    core.epoch.start()
    try:
        licences = build_parties(services.settings, core, stored).licences
        yield BulkLoader(core, stored, licences, client, receipt)
    finally:
        core.epoch.stop()


def new_call(call: InventedCall) -> NewCall:
    """What the intake makes of a call, without looking at its numbers."""
    content = {name: value for name, value in call.content().items() if value is not None}
    content |= {name: to_text(content[name]) for name in _TIMES}
    return NewCall(call.id, call.started_at, call.ended_at, content)
