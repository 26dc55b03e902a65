"""Calls: found, read, changed and deleted by those they belong to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.model import OBJECTED, Call, StoredCall, StoredRecording, Tombstone
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CALLS, CallRepository
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DELETED_BY_CLIENT, DueItem
from telecom_privacy.erasure.model import OBJECTED as OBJECTION_RULE
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import (
    Position,
    Window,
    narrowed,
    page_newest_first,
    windows_within,
)

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class CallQuery:
    """What is looked for; `number` is E.164, the times bound the start of the call."""

    number: str | None = None
    licence_id: str | None = None
    direction: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallPage:
    """Opened calls, newest first, and where the next page starts."""

    items: Sequence[Call]
    next: Position | None


class CallService:
    """The client's call history."""

    def __init__(
        self,
        repository: CallRepository,
        opener: CallOpener,
        licences: LicenceService,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._opener = opener
        self._licences = licences
        self._keys = keys
        self._versions = versions
        self._eraser = eraser
        self._audit = audit
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
        if self._opener.is_over(client, Category.CALL, found):
            raise Gone("the retention term of this call is over")
        return found

    def open(self, access: Access, client: Client, external_id: str) -> Call:
        """Open a call that `access` may see, without logging. Raises as `find`."""
        stored = self.find(access, client, external_id)
        return self._opener.open_current(
            client, stored, lambda: self.find(access, client, external_id)
        )

    def read(self, access: Access, client: Client, external_id: str) -> Call:
        """Open a call for its reader, and log it. Raises as `find`."""
        call = self.open(access, client, external_id)
        self.log("call.read", access, client, {"record": str(call.stored.record_id)})
        return call

    def receipt(self, access: Access, client: Client, external_id: str) -> Mapping[str, Any]:
        """Return a call's receipt, which holds nothing of its content. Raises as `find`."""
        return self.open(access, client, external_id).receipt

    def search(
        self,
        access: Access,
        client: Client,
        query: CallQuery,
        after: Position | None,
        limit: int,
    ) -> CallPage:
        """Return a page of calls, newest first, and log the search."""
        stored = self._page(access, client, query, after, limit + 1)
        calls = self._open_page(client, stored[:limit])
        self.log("calls.searched", access, client, {"count": len(calls)})
        more = _position(stored[limit - 1]) if len(stored) > limit else None
        return CallPage(calls, more)

    def change(
        self, access: Access, client: Client, external_id: str, changes: Mapping[str, Any]
    ) -> Call:
        """Write a new version of a call's note, tags or consent; the old version's key goes.

        Turning to `objected` erases the recordings at once (CON-1). Raises as `find`, and
        `Conflict` if somebody else changed the call at the same time.
        """
        call = self.open(access, client, external_id)
        stored, sealed = call.stored, call.sealed
        content = {**sealed["call"], **changes}
        objected = content["recording_consent"] == OBJECTED

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, {**sealed, "call": content}, stored.binding)
            return self._repository.update_content(stored, key.reference, payload, objected)

        details = {"record": str(stored.record_id), "fields": sorted(changes)}
        self.log("call.changed", access, client, details)
        if objected:
            # And again below: neither a kill in between nor an upload meanwhile may leave one.
            self._erase_recordings(access, client, external_id, OBJECTION_RULE)
        self._versions.replace(stored.binding, CALLS, stored.item, write, access.actor)
        if objected:
            self._erase_recordings(access, client, external_id, OBJECTION_RULE)
        return self.open(access, client, external_id)

    def delete(self, access: Access, client: Client, external_id: str) -> None:
        """Erase a call and its recordings for good (RET-2); no error if there is none."""
        found = self._find(access, client, external_id)
        if isinstance(found, StoredCall):
            # First, so that no upload and no change that is under way escapes the erasure.
            self._repository.close(found)
        self._erase_recordings(access, client, external_id, DELETED_BY_CLIENT)
        found = self._find(access, client, external_id)
        if isinstance(found, StoredCall):
            self._erase(access, client, Category.CALL, DELETED_BY_CLIENT, [found.item])

    def delete_recording(
        self, access: Access, client: Client, external_id: str, token: bytes
    ) -> None:
        """Erase one recording for good (RET-2); no error if there is none."""
        call = self._find(access, client, external_id)
        recording = call.recording(token) if isinstance(call, StoredCall) else None
        if isinstance(call, StoredCall) and recording and recording.is_live:
            items = [call.recording_item(recording)]
            self._erase(access, client, Category.RECORDING, DELETED_BY_CLIENT, items)

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the calls whose term is over at `now`, oldest first."""
        cutoff = terms.latest_due(Category.CALL, Role.PROCESSOR, now)
        scope = client.scope(Role.PROCESSOR)
        for call in self._repository.fetch_started_before(scope, cutoff) if cutoff else ():
            verdict = terms.verdict(Category.CALL, Role.PROCESSOR, call.ended_at)
            if verdict.is_due(now):
                yield DueItem(call.item, verdict.due_at or now, verdict.rule_id or "")

    def due_recordings(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the recordings whose term is over at `now`, oldest first."""
        cutoff = terms.latest_due(Category.RECORDING, Role.PROCESSOR, now)
        scope = client.scope(Role.PROCESSOR)
        for call in self._repository.fetch_recorded_before(scope, cutoff) if cutoff else ():
            verdict = terms.verdict(Category.RECORDING, Role.PROCESSOR, call.ended_at)
            if verdict.is_due(now):
                for recording in call.live_recordings:
                    item = call.recording_item(recording)
                    yield DueItem(item, verdict.due_at or now, verdict.rule_id or "")

    def is_empty(self, client: Client, window: Window) -> bool:
        return not self._repository.has_calls(client.scope(Role.PROCESSOR), window)

    def forget_tombstones(self) -> None:
        """Forget the erased calls whose tombstones have served their time."""
        self._repository.forget_tombstones(self._clock.now())

    def attach(self, call: StoredCall, recording: StoredRecording) -> bool:
        """Commit a recording to its call. False if the call changed in a way that forbids it."""
        return self._repository.update_recordings(call, recording)

    def log(self, action: str, access: Access, client: Client, details: Mapping[str, Any]) -> None:
        """Append an event of this client to the audit log; durable on return."""
        now = self._clock.now()
        event = Event(action, access.actor, now, client.id, {**details, **access.statement()})
        self._audit.append([event])

    def _find(
        self, access: Access, client: Client, external_id: str
    ) -> StoredCall | Tombstone | None:
        token = self._opener.token(client, external_id)
        found = self._repository.fetch(client.scope(Role.PROCESSOR), token)
        return found if found and access.may_see_licence(found.licence_id) else None

    def _open_page(self, client: Client, stored: Sequence[StoredCall]) -> list[Call]:
        opened = {call.stored.token: call for call in self._opener.open_many(client, stored)}
        if missing := [call.token for call in stored if call.token not in opened]:
            found = self._repository.fetch_many(client.scope(Role.PROCESSOR), missing).values()
            current = [call for call in found if isinstance(call, StoredCall)]
            opened |= {c.stored.token: c for c in self._opener.open_many(client, current)}
        return [opened[call.token] for call in stored if call.token in opened]

    def _erase_recordings(
        self, access: Access, client: Client, external_id: str, rule: str
    ) -> None:
        call = self._find(access, client, external_id)
        if isinstance(call, StoredCall):
            items = [call.recording_item(recording) for recording in call.live_recordings]
            self._erase(access, client, Category.RECORDING, rule, items)

    def _erase(
        self, access: Access, client: Client, category: Category, rule: str, items: list[Any]
    ) -> None:
        self._eraser.erase(client.id, Role.PROCESSOR, category, rule, items, access.actor)

    def _page(
        self,
        access: Access,
        client: Client,
        query: CallQuery,
        after: Position | None,
        limit: int,
    ) -> list[StoredCall]:
        equal = self._equal(access, client, query)
        if equal is None:
            return []
        months = self._keys.index_months(client.id)
        bounds = [query.end, after.at + _TICK if after else None]
        end = min((bound for bound in bounds if bound), default=None)
        windows = windows_within(months, query.start, end)
        if query.number is None:
            windows = narrowed(windows)

        def fetch(window: Window) -> list[StoredCall]:
            number = self._number(client, window, query.number)
            scope = client.scope(Role.PROCESSOR)
            found = self._repository.fetch_window(scope, window, {**equal, **number})
            return [c for c in found if not self._opener.is_over(client, Category.CALL, c)]

        return page_newest_first(windows, fetch, _position, after, limit)

    def _equal(self, access: Access, client: Client, query: CallQuery) -> dict[str, Any] | None:
        """What must be equal in every window; None if nothing can be found."""
        equal: dict[str, Any] = {"direction": query.direction} if query.direction else {}
        if access.licence_ids is not None:
            equal["licence"] = {"$in": sorted(access.licence_ids)}
        if query.licence_id is not None:
            try:
                equal["licence"] = self._licences.reach(access, client, query.licence_id).id
            except NotFound:
                return None
        return equal

    def _number(self, client: Client, window: Window, number: str | None) -> dict[str, Any]:
        if number is None:
            return {}
        token = self._keys.number_token(Role.PROCESSOR, window.month, number, client.id)
        return {"numbers": token}


def _position(call: StoredCall) -> Position:
    return Position(call.started_at, call.token)
