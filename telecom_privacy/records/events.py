"""Events of a record: they move the start of its term, and may end it at once."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.erasure.model import Closing
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.errors import Conflict, Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.policies.due import Verdict
from telecom_privacy.policies.triggers import OPPOSITES
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.consent import Consents
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.records.consent_statement import require_not_automatic
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.history import longer
from telecom_privacy.records.intake import require_not_in_future
from telecom_privacy.records.model import (
    CONSENT,
    Record,
    Revoking,
    StoredRecord,
    is_binned,
    is_revoked,
)
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.permissions import Deed
from telecom_privacy.records.relevance import BIN, require_relevant
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.storage.paging import TICK

_SECOND = timedelta(seconds=1)
_TRIES = 20
"""How often an event is noted anew because another changed the record: none may be lost."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happened to a record; without `at` it happened now."""

    name: str
    at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What a record's events are now, and whether the last of them ended it."""

    events: Mapping[str, datetime]
    binned: bool
    erased: bool


class RecordEvents:
    def __init__(
        self,
        repository: RecordRepository,
        catalogue: Catalogue,
        finder: RecordFinder,
        opener: RecordOpener,
        consents: Consents,
        proofs: ConsentProofs,
        deletion: RecordDeletion,
        schedule: Schedule,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._catalogue = catalogue
        self._finder = finder
        self._opener = opener
        self._consents = consents
        self._proofs = proofs
        self._deletion = deletion
        self._schedule = schedule
        self._changes = changes
        self._clock = clock

    def note(
        self, access: Access, client: Client, category: str, external_id: str, event: NewEvent
    ) -> Noted:
        """Note an event; a record that is due by it, or rests on what it revokes, is erased here.

        Raises `NotFound`, `Forbidden`, `Gone` for a record that is due, `Invalid` for the time, for
        card data in the reason or an event that means nothing to the record, and `Conflict` if
        others were faster again and again.
        """
        self._catalogue.require_no_cards(client, {"reason": event.reason})
        for _ in range(_TRIES - 1):
            with suppress(Conflict):
                return self._note(access, client, category, external_id, event)
        return self._note(access, client, category, external_id, event)

    def note_revoked_elsewhere(
        self, access: Access, client: Client, external_id: str, at: datetime
    ) -> None:
        """Note that a consent was revoked elsewhere, unless that or a later time is known here.

        Raises as `note`.
        """
        known = self._finder.find(access, Deed.REPORT, client, CONSENT, external_id)
        if known.events.get("revoked", at - TICK) < at:
            self.note(access, client, CONSENT, external_id, NewEvent("revoked", at))

    def _note(
        self, access: Access, client: Client, category: str, external_id: str, event: NewEvent
    ) -> Noted:
        def find() -> StoredRecord:
            return self._finder.find(access, Deed.REPORT, client, category, external_id)

        record = self._opener.open_current(client, find(), find)
        self._consents.finish(client, record)  # whatever was begun comes before what follows
        require_not_automatic(record)
        require_relevant(client, record.stored, event.name)
        at = self._time(record.stored, event)
        changed = self._proofs.begin(client, self._changed(access, record, event, at))
        verdict = self._opener.verdict(client, changed)
        closing = self._closing(access, verdict, self._clock.now() if event.at else at)
        revoking = self._revoking(access, changed, event)
        details = {"record": str(changed.record_id), "event": event.name}
        with self._changes.announced("record.event", access, client.id, details):
            if not self._repository.update_events(record.stored, changed, closing, revoking):
                raise Conflict("the record was changed at the same time")
        if closing is None:
            self._schedule.expect(client.id, {category: verdict.due_at})
        self._proofs.finish(client, changed, access.actor)
        if revoking:
            stored = replace(changed, revoking=revoking)
            self._consents.finish(client, replace(record, stored=stored))
        if closing:
            self._deletion.carry_out([changed], closing)
        return Noted(changed.events, changed.binned, erased=closing is not None)

    def _time(self, record: StoredRecord, event: NewEvent) -> datetime:
        """When it happened. What is told without a time comes after all that it cancels."""
        if event.at is None:
            return max(self._clock.now(), record.occurred_at, *_after_opposites(record, event))
        require_not_in_future(self._clock, "at", event.at)
        if event.at < record.occurred_at:
            raise Invalid({"at": ["Lies before the record's occurred_at."]})
        return _in_order(record, event, event.at) if event.name in BIN else event.at

    def _changed(
        self, access: Access, record: Record, event: NewEvent, at: datetime
    ) -> StoredRecord:
        """The record with one more event; of each name the latest time counts."""
        stored, now = record.stored, self._clock.now()
        latest = max(at, stored.events.get(event.name, at))
        events = {**stored.events, event.name: latest}
        payload = stored.payload
        if event.reason is not None or stored.category == CONSENT:
            entry = {"event": event.name, "at": to_text(at), "actor": access.actor}
            entry |= {"received_at": to_text(now)}
            entry |= {"reason": event.reason} if event.reason is not None else {}
            content = {**record.sealed, "history": longer(record.sealed["history"], entry)}
            # Only the history differs, so it stays under the same key.
            payload = seal_json(record.key, content, stored.binding)
        binned = is_binned(events)
        return replace(stored, events=events, binned=binned, payload=payload, stored_at=now)

    def _closing(self, access: Access, verdict: Verdict, now: datetime) -> Closing | None:
        if not verdict.is_due(now):
            return None
        return Closing(self._clock.now(), verdict.rule_id or "", access.actor, verdict.action)

    def _revoking(self, access: Access, changed: StoredRecord, event: NewEvent) -> Revoking | None:
        revokes = event.name == "revoked" and is_revoked(changed.events) and changed.covers
        return Revoking(self._clock.now(), access.actor) if revokes else None


def _after_opposites(record: StoredRecord, event: NewEvent) -> list[datetime]:
    """The first instants after each event that this one cancels."""
    cancelled = (record.events.get(name) for name in OPPOSITES.get(event.name, ()))
    return [at + TICK for at in cancelled if at]


def _in_order(record: StoredRecord, event: NewEvent, at: datetime) -> datetime:
    """Where an event comes among its opposites of the same time: what was noted later counts.

    A time that is told to the second may be any instant of that second.
    """
    end = at + (TICK if at.microsecond else _SECOND)
    return max([at, *(after for after in _after_opposites(record, event) if after <= end)])
