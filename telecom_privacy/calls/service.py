"""Calls: read, changed and deleted by those they belong to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.changes import history_of, noted
from telecom_privacy.calls.deletion import CallDeletion
from telecom_privacy.calls.documents import original_of
from telecom_privacy.calls.model import (
    OBJECTED,
    Call,
    Candidate,
    StoredCall,
    StoredRecording,
    Tombstone,
)
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CALLS, CallRepository
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DELETED_BY_CLIENT, DueItem
from telecom_privacy.erasure.model import OBJECTED as OBJECTION_RULE
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.model import Category
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.backlog import oldest_first
from telecom_privacy.storage.paging import Window
from telecom_privacy.storage.spans import Span

_TRIES = 20
"""How often a change is made anew because another changed the same call: none may be lost."""


class CallService:
    """The client's call history."""

    def __init__(
        self,
        repository: CallRepository,
        opener: CallOpener,
        versions: ContentVersions,
        deletion: CallDeletion,
        catalogue: Catalogue,
        restrictions: Restrictions,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._opener = opener
        self._versions = versions
        self._deletion = deletion
        self._catalogue = catalogue
        self._restrictions = restrictions
        self._changes = ChangeLog(audit, clock)
        self._clock = clock

    def find(self, access: Access, client: Client, external_id: str) -> StoredCall:
        """Return a stored call that `access` may see.

        Raises `NotFound`, and `Gone` for one that was erased or is past its term.
        """
        found = self._find(access, client, external_id)
        if found is None:
            raise NotFound("call")
        if isinstance(found, Tombstone):
            raise Gone("this call was erased")
        if self._opener.is_over(client, Category.CALL, found.ended_at):
            raise Gone("the retention term of this call is over")
        return found

    def token(self, client: Client, external_id: str) -> bytes:
        """Return the id of a call's document, whether there is one or not."""
        return self._opener.token(client, external_id)

    def open(self, access: Access, client: Client, external_id: str) -> Call:
        """Open a call that `access` may see, without logging. Raises as `find`."""
        stored = self.find(access, client, external_id)
        return self._opener.open_current(
            client, stored, lambda: self.find(access, client, external_id)
        )

    def find_usable(self, access: Access, client: Client, external_id: str) -> StoredCall:
        """Like `find`, but raises `Forbidden` for a call that is restricted."""
        stored = self.find(access, client, external_id)
        if self._restrictions.may_concern(access, client, Role.PROCESSOR):
            call = self.open(access, client, external_id)
            self._restrictions.require_usable(access, client, call.concerned)
        return stored

    def read(self, access: Access, client: Client, external_id: str) -> Call:
        """Open a call for its reader, and log it. Raises as `find_usable`."""
        call = self.open(access, client, external_id)
        self._restrictions.require_usable(access, client, call.concerned)
        self.log("call.read", access, client, {"record": str(call.stored.record_id)})
        return call

    def receipt(self, access: Access, client: Client, external_id: str) -> Mapping[str, Any]:
        """Return a call's receipt, which holds nothing of its content. Raises as `find`."""
        return self.open(access, client, external_id).receipt

    def history(
        self, access: Access, client: Client, external_id: str
    ) -> Sequence[Mapping[str, Any]]:
        """Return who changed what of a call, and when, the oldest first (`calls.changes.noted`).

        Raises as `read`, and is logged as that is: it tells of what the call held.
        """
        return history_of(self.read(access, client, external_id).sealed)

    def change(
        self,
        access: Access,
        client: Client,
        external_id: str,
        changes: Mapping[str, Any],
        reason: str | None = None,
    ) -> Mapping[str, Any]:
        """Write a new version of what people may set right of a call; the old version's key goes.

        What is set right for a `reason` stays in the call's history as it was before. Returns what
        the client then reads; of a restricted call no more than was sent.

        Turning to `objected` erases the recordings at once (CON-1). What another changes at the
        same time is kept: the changes are made to what it left. Raises as `find`, `Invalid` for
        card data, and `Conflict` if others were faster again and again.
        """
        self._catalogue.require_no_cards(client, {**changes, "reason": reason})
        for _ in range(_TRIES - 1):
            with suppress(Conflict):
                return self._shown(access, client, external_id, changes, reason)
        return self._shown(access, client, external_id, changes, reason)

    def _shown(
        self,
        access: Access,
        client: Client,
        external_id: str,
        changes: Mapping[str, Any],
        reason: str | None,
    ) -> Mapping[str, Any]:
        call = self._change(access, client, external_id, changes, reason)
        if self._restrictions.usable(
            access, client, Role.PROCESSOR, [call], lambda one: one.concerned
        ):
            return call.view()
        return {"id": external_id, "record_id": str(call.stored.record_id), **changes}

    def _change(
        self,
        access: Access,
        client: Client,
        external_id: str,
        changes: Mapping[str, Any],
        reason: str | None,
    ) -> Call:
        call = self.open(access, client, external_id)
        sealed = noted(call.sealed, changes, self._clock.now(), access.actor, reason)
        objected = sealed["call"]["recording_consent"] == OBJECTED
        details = {"record": str(call.stored.record_id), "fields": sorted(changes)}
        with self._changes.announced("call.changed", access, client.id, details):
            if objected:
                # And again below: neither a kill in between nor an upload meanwhile may leave one.
                self._erase_recordings(access, client, external_id)
            changed = self._replace(access, call, sealed, objected)
        if not objected:
            return changed
        self._erase_recordings(access, client, external_id)
        return self.open(access, client, external_id)

    def _replace(
        self, access: Access, call: Call, sealed: Mapping[str, Any], objected: bool
    ) -> Call:
        """Store a new version of a call that was just opened, and return it."""
        stored, written = call.stored, list[StoredCall]()
        version, now = stored.version + 1, self._clock.now()
        new = replace(stored, version=version, stored_at=now, objected=objected)

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, sealed, stored.binding)
            written.append(replace(new, key=key.reference, payload=payload))
            return self._repository.update_content(stored, written[-1], objected)

        item, original, actor = stored.item, original_of(stored), access.actor
        self._versions.replace(stored.binding, CALLS, item, write, actor, original=original)
        return replace(call, stored=written[-1], sealed=sealed)

    def delete(self, access: Access, client: Client, external_id: str) -> None:
        """Erase a call and its recordings for good (RET-2); no error if there is none."""
        found = self._find(access, client, external_id)
        if isinstance(found, StoredCall):
            self._deletion.delete(found, DELETED_BY_CLIENT, access.actor)

    def delete_recording(
        self, access: Access, client: Client, external_id: str, token: bytes
    ) -> None:
        """Erase one recording for good (RET-2); no error if there is none."""
        call = self._find(access, client, external_id)
        recording = call.recording(token) if isinstance(call, StoredCall) else None
        if isinstance(call, StoredCall) and recording and recording.is_live:
            self._deletion.delete_recordings(call, [recording], DELETED_BY_CLIENT, access.actor)

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the calls whose term is over at `now`, oldest first."""
        cutoff = terms.latest_due(Category.CALL, Role.PROCESSOR, now)
        found = self._oldest_first(self._repository.fetch_started, client, cutoff)
        return _due(Category.CALL, terms, found, now)

    def due_recordings(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the recordings whose term is over at `now`, oldest first."""
        cutoff = terms.latest_due(Category.RECORDING, Role.PROCESSOR, now)
        found = self._oldest_first(self._repository.fetch_recorded, client, cutoff)
        return _due(Category.RECORDING, terms, found, now)

    def measure(self, client: Client, stored_after: datetime | None = None) -> Span:
        """Count a client's calls, those too whose term is over but not yet swept.

        With `stored_after` only those that were handed in, or changed, after that.
        """
        return self._repository.measure(client.scope(Role.PROCESSOR), stored_after)

    def measure_recordings(self, client: Client, stored_after: datetime | None = None) -> Span:
        """As `measure`, for recordings; the times are those of the end of their calls."""
        return self._repository.measure_recordings(client.scope(Role.PROCESSOR), stored_after)

    def is_empty(self, client: Client, window: Window) -> bool:
        return not self._repository.has_calls(client.scope(Role.PROCESSOR), window)

    def forget_tombstones(self) -> None:
        """Forget the erased calls whose tombstones have served their time."""
        self._repository.forget_tombstones(self._clock.now())

    def attach(self, call: StoredCall, recording: StoredRecording) -> bool:
        """Commit a recording to its call. False if the call changed in a way that forbids it."""
        return self._repository.update_recordings(call, recording, self._clock.now())

    def log(self, action: str, access: Access, client: Client, details: Mapping[str, Any]) -> None:
        """Append an event of this client to the audit log; durable on return."""
        self._changes.append(action, access, client.id, details)

    def _find(
        self, access: Access, client: Client, external_id: str
    ) -> StoredCall | Tombstone | None:
        token = self._opener.token(client, external_id)
        found = self._repository.fetch(client.scope(Role.PROCESSOR), token)
        return found if found and access.may_see_licence(found.licence_id) else None

    def _oldest_first(
        self,
        fetch: Callable[[Scope, datetime, datetime], Iterator[Candidate]],
        client: Client,
        cutoff: datetime | None,
    ) -> Iterator[Candidate]:
        if cutoff is None:
            return iter(())
        months = partial(self._opener.months, client)
        return oldest_first(partial(fetch, client.scope(Role.PROCESSOR)), months, cutoff)

    def _erase_recordings(self, access: Access, client: Client, external_id: str) -> None:
        call = self._find(access, client, external_id)
        if isinstance(call, StoredCall):
            live = call.live_recordings
            self._deletion.delete_recordings(call, live, OBJECTION_RULE, access.actor)


def _due(
    category: Category, terms: Terms, found: Iterable[Candidate], now: datetime
) -> Iterator[DueItem]:
    for candidate in found:
        verdict = terms.verdict(category, Role.PROCESSOR, candidate.ended_at)
        if verdict.is_due(now):
            for item in candidate.items:
                yield DueItem(item, verdict.due_at or now, verdict.rule_id or "", verdict.action)
