"""Storing calls: two copies, one receipt, and nothing twice (DESIGN §4).

Order: keys with the recorded intent → log entry → traffic → call → settled. A call is
acknowledged only after the last step; whatever a kill leaves before it is cleaned up by recovery.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from time import monotonic
from typing import Any, TypeAlias
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import receipt, stored_event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.copies import Copies
from telecom_privacy.calls.drafting import Drafting
from telecom_privacy.calls.drafts import Draft, canonical_body, fingerprint
from telecom_privacy.calls.index import CallIndex
from telecom_privacy.calls.intent import intent_to_store
from telecom_privacy.calls.lifetime import Lifetime
from telecom_privacy.calls.model import NewCall, StoredCall, Tombstone
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.recovery import CallIntents
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.keys import subkey
from telecom_privacy.crypto.tokens import content_digest
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.errors import (
    Conflict,
    Gone,
    IntegrityError,
    Invalid,
    KeyDestroyed,
    TelecomPrivacyError,
    Unavailable,
)
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.service import Intended, KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.newest_call import NewestCall
from telecom_privacy.traffic.model import StoredTraffic
from telecom_privacy.traffic.service import TrafficService

MOST_CALLS = 250
"""Most calls that one `store` takes: one insert of each kind, one batch or two of the log."""

CALLS_OF_A_PAGE = 50
"""Calls whose keys lie together: a page is written anew whenever one of them is destroyed."""

_PATIENCE_SECONDS = CallIntents.patience.total_seconds() / 2


@dataclass(frozen=True, slots=True)
class Stored:
    """The call is stored: now, or by an earlier request with the same body."""

    receipt: Mapping[str, Any]
    is_new: bool


Outcome: TypeAlias = Stored | TelecomPrivacyError
Keys = Mapping[UUID, RecordKey]
Receipts = Mapping[bytes, Mapping[str, Any]]


class CallIngest:
    def __init__(
        self,
        calls: CallRepository,
        traffic: TrafficService,
        opener: CallOpener,
        drafting: Drafting,
        index: CallIndex,
        keys: KeyService,
        schedule: Schedule,
        newest: NewestCall,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._traffic = traffic
        self._opener = opener
        self._drafting = drafting
        self._index = index
        self._keys = keys
        self._schedule = schedule
        self._newest = newest
        self._audit = audit
        self._signer = signer
        self._clock = clock

    def store(self, access: Access, client: Client, calls: Sequence[NewCall]) -> list[Outcome]:
        """Store up to `MOST_CALLS` calls with different ids; the outcomes are in their order.

        An outcome is `Stored`, or the `Invalid`, `Conflict` or `Gone` that refuses the call, or the
        `IntegrityError` of one that is stored and cannot be opened.
        Raises `Unavailable` when a database is away: retrying is safe.
        """
        tokens = [self._opener.token(client, call.external_id) for call in calls]
        known = self._known(client, tokens)
        drafts, refused = self._drafts(client, calls, tokens, known)
        receipts = self._insert(access, client, drafts) if drafts else {}
        # What is missing now was stored by another worker in the meantime.
        known |= self._known(client, [d.token for d in drafts if d.token not in receipts])
        return [
            refused.get(token) or self._outcome(client, call, receipts.get(token), known.get(token))
            for call, token in zip(calls, tokens, strict=True)
        ]

    def _known(
        self, client: Client, tokens: Sequence[bytes]
    ) -> dict[bytes, StoredCall | Tombstone]:
        return self._calls.fetch_many(client.scope(Role.PROCESSOR), tokens) if tokens else {}

    def _drafts(
        self,
        client: Client,
        calls: Sequence[NewCall],
        tokens: Sequence[bytes],
        known: Mapping[bytes, object],
    ) -> tuple[list[Draft], dict[bytes, TelecomPrivacyError]]:
        """Draft the calls that are not known; tell apart those that cannot be stored."""
        drafting, drafts = self._drafting.of(client), list[Draft]()
        refused: dict[bytes, TelecomPrivacyError] = {}
        for call, token in zip(calls, tokens, strict=True):
            try:
                body = canonical_body(call)
                if token not in known:
                    drafts.append(drafting.draft(call, token, body))
            except (Invalid, Gone) as error:
                refused[token] = error
        return drafts, refused

    def _insert(
        self, access: Access, client: Client, drafts: Sequence[Draft]
    ) -> dict[bytes, Mapping[str, Any]]:
        """Store new calls; return the receipts of those that no other worker had stored first."""
        began, rotation = monotonic(), self._keys.rotation()
        keys = self._issue(drafts)
        self._require_licences(drafts, keys)
        receipts = self._log(access, client, drafts, keys)
        self._traffic.insert_many(self._copies(drafts, keys))
        if monotonic() - began > _PATIENCE_SECONDS:
            self._take_back(drafts, keys)
            raise Unavailable("storing took too long; nothing was stored")
        taken = self._calls.insert_many(self._sealed(drafts, keys, receipts))
        if self._keys.rotation() != rotation:
            self._index_anew(drafts, keys, receipts)
        ended = [draft.call.ended_at for draft in drafts]
        self._schedule.expect(client.id, Lifetime(client.terms, self._clock.now()).first_due(ended))
        self._newest.note(max(ended))
        self._withdraw(access, client, [draft for draft in drafts if draft.token in taken], keys)
        self._settle([draft for draft in drafts if draft.token not in taken], keys)
        return {token: found for token, found in receipts.items() if token not in taken}

    def _copies(self, drafts: Sequence[Draft], keys: Keys) -> list[StoredTraffic]:
        copies = Copies(self._keys, self._clock)
        return [
            copies.traffic(draft, draft.traffic_id, keys[draft.traffic_id])
            for draft in drafts
            if draft.traffic_id
        ]

    def _sealed(self, drafts: Sequence[Draft], keys: Keys, receipts: Receipts) -> list[StoredCall]:
        copies = Copies(self._keys, self._clock)
        return [
            copies.call(draft, keys[draft.record_id], receipts[draft.token]) for draft in drafts
        ]

    def _index_anew(self, drafts: Sequence[Draft], keys: Keys, receipts: Receipts) -> None:
        """Index keys may have been replaced, and what was stored meanwhile must still be found."""
        self._traffic.update_numbers(self._copies(drafts, keys))
        self._index.update(drafts[0].scope, self._sealed(drafts, keys, receipts))

    def _issue(self, drafts: Sequence[Draft]) -> Keys:
        parts = [
            drafts[start : start + CALLS_OF_A_PAGE]
            for start in range(0, len(drafts), CALLS_OF_A_PAGE)
        ]
        try:
            pages = self._keys.issue_pages([_intended(part) for part in parts])
        except KeyDestroyed:
            self._drafting.require_licences(drafts)  # one that has just gone: the others may retry
            raise
        ids = (i for draft in drafts for i in draft.record_ids)
        return dict(zip(ids, chain.from_iterable(pages), strict=True))

    def _require_licences(self, drafts: Sequence[Draft], keys: Keys) -> None:
        try:
            self._drafting.require_licences(drafts)
        except Unavailable:
            self._keys.discard(key.reference for key in keys.values())
            raise

    def _log(
        self, access: Access, client: Client, drafts: Sequence[Draft], keys: Keys
    ) -> dict[bytes, Mapping[str, Any]]:
        """Log the calls, all at once, and return their receipts."""
        events = [self._event(access, client, draft, keys[draft.record_id]) for draft in drafts]
        entries = self._audit.append(events)
        return {
            draft.token: receipt(event, entry, {"id": draft.call.external_id}, self._signer)
            for draft, event, entry in zip(drafts, events, entries, strict=True)
        }

    def _event(self, access: Access, client: Client, draft: Draft, key: RecordKey) -> Event:
        digest = content_digest(subkey(key.key, "digest"), draft.body)
        now = self._clock.now()
        return stored_event("call.stored", access.actor, now, client.id, draft.record_id, digest)

    def _settle(self, drafts: Sequence[Draft], keys: Keys) -> None:
        """Settle the pages of what was stored; any other has gone with its last key."""
        try:
            self._keys.settle_pages({keys[draft.record_id].reference.page for draft in drafts})
        except Unavailable:
            self._take_back(drafts, keys)
            raise

    def _take_back(self, drafts: Sequence[Draft], keys: Keys) -> None:
        """Remove what was written after recovery gave the page up: its keys are gone."""
        missing = self._keys.missing(key.reference for key in keys.values())
        gone = {record_id for record_id, key in keys.items() if key.reference in missing}
        self._calls.delete_many((d.token, d.record_id) for d in drafts if d.record_id in gone)
        self._traffic.withdraw(d.traffic_id for d in drafts if d.traffic_id in gone)

    def _withdraw(self, access: Access, client: Client, lost: Sequence[Draft], keys: Keys) -> None:
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
        # In this order, or a reader of the copies might find one without its key.
        self._traffic.withdraw(draft.traffic_id for draft in lost if draft.traffic_id)
        self._keys.discard(keys[i].reference for draft in lost for i in draft.record_ids)

    def _outcome(
        self,
        client: Client,
        call: NewCall,
        new: Mapping[str, Any] | None,
        found: StoredCall | Tombstone | None,
    ) -> Outcome:
        """What became of a call that was not refused: stored now, known, or erased."""
        if new is not None:
            return Stored(new, is_new=True)
        if found is None:
            # Another worker's insert is not yet majority-committed, or was just taken back.
            raise Unavailable("the call is being stored by another request; retry")
        if not isinstance(found, StoredCall):
            return Gone("this call was erased")
        if found.party_erased_at and not call.party_erased_at:
            return Gone("a person's part in this call was erased")
        try:
            scope = client.scope(Role.PROCESSOR)
            sealed = self._opener.open_current(
                client, found, lambda: self._calls.fetch(scope, found.token)
            ).sealed
        except (Gone, IntegrityError) as error:
            return error
        digest = fingerprint(canonical_body(call))
        if sealed.get("original", digest) != digest:  # none where a person's part was erased here
            return Conflict("another call has this id already")
        return Stored(sealed["receipt"], is_new=False)


def _intended(drafts: Sequence[Draft]) -> Intended:
    """What keys some drafts need, and what is recorded of that."""
    places = [place for draft in drafts for place in draft.bindings]
    calls = [draft.intended for draft in drafts]
    return places, intent_to_store(drafts[0].scope.client_id, calls)
