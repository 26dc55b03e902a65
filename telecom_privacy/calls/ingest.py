"""Storing calls: two copies, one receipt, and nothing twice (DESIGN §4).

Order: keys with the recorded intent → log entry → traffic → call → settled. A call is
acknowledged only after the last step; whatever a kill leaves before it is cleaned up by recovery.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import rfc8785

from telecom_privacy.audit.model import Entry, Event
from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import receipt, stored_event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.model import (
    OBJECTED,
    NewCall,
    StoredCall,
    Tombstone,
    call_binding,
)
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.recovery import CallIntents
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import subkey
from telecom_privacy.crypto.tokens import content_digest
from telecom_privacy.errors import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    TelecomPrivacyError,
    Unavailable,
)
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.paging import month_of
from telecom_privacy.traffic.model import FIELDS, StoredTraffic, traffic_binding
from telecom_privacy.traffic.service import TrafficService

_PATIENCE_SECONDS = CallIntents.patience.total_seconds() / 2

MOST_CALLS = 50
"""Most calls that one `store` takes: one page of keys, one insert of each kind."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The call is stored: now, or by an earlier request with the same body."""

    receipt: Mapping[str, Any]
    is_new: bool


Outcome: TypeAlias = Stored | TelecomPrivacyError


@dataclass(frozen=True, slots=True)
class _Draft:
    """A call on its way in. `traffic_id` is None where no purpose needs the controller copy."""

    call: NewCall
    token: bytes
    scope: Scope
    record_id: UUID
    traffic_id: UUID | None
    month: str
    body: bytes = field(repr=False)

    @property
    def binding(self) -> Binding:
        return call_binding(self.scope, self.month, self.record_id)


class CallIngest:
    def __init__(
        self,
        calls: CallRepository,
        traffic: TrafficService,
        opener: CallOpener,
        licences: LicenceService,
        keys: KeyService,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._traffic = traffic
        self._opener = opener
        self._licences = licences
        self._keys = keys
        self._audit = audit
        self._signer = signer
        self._clock = clock

    def store(self, access: Access, client: Client, calls: Sequence[NewCall]) -> list[Outcome]:
        """Store up to `MOST_CALLS` calls with different ids; the outcomes are in their order.

        An outcome is `Stored`, or the `Invalid`, `Conflict` or `Gone` that refuses the call.
        Raises `Unavailable` when a database is away: retrying is safe.
        """
        drafts: dict[int, _Draft] = {}
        outcomes: dict[int, Outcome] = {}
        for position, call in enumerate(calls):
            try:
                drafts[position] = self._draft(client, call)
            except (Invalid, Gone) as error:
                outcomes[position] = error
        outcomes |= self._store_drafts(access, client, drafts)
        return [outcomes[position] for position in range(len(calls))]

    def _store_drafts(
        self, access: Access, client: Client, drafts: Mapping[int, _Draft]
    ) -> dict[int, Outcome]:
        known = self._known(client, drafts)
        fresh = {p: draft for p, draft in drafts.items() if draft.token not in known}
        receipts = self._insert(access, client, list(fresh.values())) if fresh else {}
        lost = {p: draft for p, draft in fresh.items() if draft.token not in receipts}
        known |= self._known(client, lost)
        return {
            position: Stored(receipts[draft.token], is_new=True)
            if draft.token in receipts
            else self._repeated(client, draft, known.get(draft.token))
            for position, draft in drafts.items()
        }

    def _known(
        self, client: Client, drafts: Mapping[int, _Draft]
    ) -> dict[bytes, StoredCall | Tombstone]:
        tokens = [draft.token for draft in drafts.values()]
        return self._calls.fetch_many(client.scope(Role.PROCESSOR), tokens) if tokens else {}

    def _draft(self, client: Client, call: NewCall) -> _Draft:
        try:
            licence = self._licences.find(client.scope(Role.PROCESSOR), call.licence_id)
        except NotFound as error:
            raise Invalid({"licence_id": ["The client has no such licence."]}) from error
        if self._is_due(client, Category.CALL, Role.PROCESSOR, call):
            raise Gone("the retention term of this call is over")
        keeps_traffic = not self._is_due(client, Category.TRAFFIC, Role.CONTROLLER, call)
        return _Draft(
            call=call,
            token=self._opener.token(client, call.external_id),
            scope=client.scope(Role.PROCESSOR, licence.id),
            record_id=uuid4(),
            traffic_id=uuid4() if keeps_traffic else None,
            month=month_of(call.started_at),
            body=_canonical(call),
        )

    def _is_due(self, client: Client, category: Category, role: Role, call: NewCall) -> bool:
        return client.terms.verdict(category, role, call.ended_at).is_due(self._clock.now())

    def _insert(
        self, access: Access, client: Client, drafts: Sequence[_Draft]
    ) -> dict[bytes, Mapping[str, Any]]:
        """Store new calls; return the receipts of those that no other worker had stored first."""
        began = monotonic()
        keys = self._issue(drafts)
        events = [self._event(access, client, draft, keys[draft.record_id]) for draft in drafts]
        entries = self._audit.append(events)
        receipts = {
            draft.token: self._receipt(draft, event, entry)
            for draft, event, entry in zip(drafts, events, entries, strict=True)
        }
        self._traffic.insert_many(
            [
                self._traffic_copy(draft, keys[draft.traffic_id])
                for draft in drafts
                if draft.traffic_id
            ]
        )
        if monotonic() - began > _PATIENCE_SECONDS:
            raise Unavailable("storing took too long; nothing was stored")
        taken = self._calls.insert_many(
            [self._call(draft, keys[draft.record_id], receipts[draft.token]) for draft in drafts]
        )
        self._withdraw(access, client, [draft for draft in drafts if draft.token in taken], keys)
        self._keys.settle(next(iter(keys.values())))
        return {token: found for token, found in receipts.items() if token not in taken}

    def _issue(self, drafts: Sequence[_Draft]) -> dict[UUID, RecordKey]:
        places = {draft.record_id: draft.binding for draft in drafts}
        places |= {
            draft.traffic_id: traffic_binding(_controller(draft), draft.month, draft.traffic_id)
            for draft in drafts
            if draft.traffic_id
        }
        intent = {
            "kind": "calls",
            "calls": [
                {"call": draft.token, "record": draft.record_id, "traffic": draft.traffic_id}
                for draft in drafts
            ],
            "slots": list(places),
        }
        issued = self._keys.issue(list(places.values()), intent)
        return dict(zip(places, issued, strict=True))

    def _withdraw(
        self,
        access: Access,
        client: Client,
        lost: Sequence[_Draft],
        keys: Mapping[UUID, RecordKey],
    ) -> None:
        """Take back what was written for calls that another worker stored first."""
        if not lost:
            return
        now = self._clock.now()
        self._audit.append(
            [
                Event("call.withdrawn", access.actor, now, client.id, {"record": str(d.record_id)})
                for d in lost
            ]
        )
        ids = [i for draft in lost for i in (draft.record_id, draft.traffic_id) if i]
        self._keys.destroy(keys[record_id].reference for record_id in ids)
        self._traffic.withdraw(draft.traffic_id for draft in lost if draft.traffic_id)

    def _event(self, access: Access, client: Client, draft: _Draft, key: RecordKey) -> Event:
        digest = content_digest(subkey(key.key, "digest"), draft.body)
        now = self._clock.now()
        return stored_event("call.stored", access.actor, now, client.id, draft.record_id, digest)

    def _receipt(self, draft: _Draft, event: Event, entry: Entry) -> Mapping[str, Any]:
        return receipt(event, entry, {"id": draft.call.external_id}, self._signer)

    def _call(self, draft: _Draft, key: RecordKey, proof: Mapping[str, Any]) -> StoredCall:
        content = {
            "id": draft.call.external_id,
            "call": draft.call.content,
            "receipt": proof,
            "original": sha256(draft.body).hexdigest(),
        }
        call = draft.call
        return StoredCall(
            token=draft.token,
            record_id=draft.record_id,
            scope=draft.scope,
            month=draft.month,
            started_at=call.started_at,
            ended_at=call.ended_at,
            direction=call.content["direction"],
            objected=call.content["recording_consent"] == OBJECTED,
            numbers=self._tokens(draft, Role.PROCESSOR),
            key=key.reference,
            payload=seal_json(key.key, content, draft.binding),
        )

    def _traffic_copy(self, draft: _Draft, key: RecordKey) -> StoredTraffic:
        record_id = draft.traffic_id or draft.record_id
        content = {name: draft.call.content[name] for name in FIELDS if name in draft.call.content}
        scope = _controller(draft)
        return StoredTraffic(
            record_id=record_id,
            scope=scope,
            month=draft.month,
            started_at=draft.call.started_at,
            ended_at=draft.call.ended_at,
            numbers=self._tokens(draft, Role.CONTROLLER),
            key=key.reference,
            payload=seal_json(key.key, content, traffic_binding(scope, draft.month, record_id)),
        )

    def _tokens(self, draft: _Draft, role: Role) -> tuple[bytes, ...]:
        owner = {"client_id": draft.scope.client_id} if role is Role.PROCESSOR else {}
        return tuple(
            self._keys.number_token(role, draft.month, number, **owner)
            for number in draft.call.numbers
        )

    def _repeated(
        self, client: Client, draft: _Draft, found: StoredCall | Tombstone | None
    ) -> Outcome:
        if not isinstance(found, StoredCall):
            return Gone("this call was erased")
        try:
            sealed = self._opener.open(client, found).sealed
        except Gone as error:
            return error
        if sealed["original"] != sha256(draft.body).hexdigest():
            return Conflict("another call has this id already")
        return Stored(sealed["receipt"], is_new=False)


def _canonical(call: NewCall) -> bytes:
    try:
        return rfc8785.dumps({"id": call.external_id, "call": dict(call.content)})
    except rfc8785.CanonicalizationError as error:
        raise Invalid({"platform": ["Holds a number that JSON cannot carry exactly."]}) from error


def _controller(draft: _Draft) -> Scope:
    return Scope(draft.scope.client_id, draft.scope.licence_id, Role.CONTROLLER)
