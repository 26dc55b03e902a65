"""What rests on a consent: refused while it is revoked, erased when it is (CON-3, CON-4, RET-24).

The consent's own event, with the recorded intent, comes first; then goes what rests on it. A record
that is handed in meanwhile looks at the consents again once it is stored. Nothing goes while the
last word of all consents that it rests on is that they were given.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import groupby, islice
from typing import Any, TypeAlias

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import Closing, DocumentId
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.errors import Forbidden, Gone, KeyDestroyed, NotFound
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.index import SubjectIndex
from telecom_privacy.records.model import (
    NewRecord,
    Record,
    Revoking,
    StoredRecord,
    is_revoked,
)
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.batches import one_of
from telecom_privacy.storage.lease import KeepAlive

CONSENT_REVOKED = "RET-24"
"""The rule under which goes what rested on a consent, where its own terms name none."""

Word: TypeAlias = tuple[datetime, bool]
Erase: TypeAlias = Callable[[Sequence[StoredRecord]], bool]

_ACTOR = "recovery"
_BATCH = 100
_CHANGED = object()
_GIVEN_UP_AFTER = timedelta(minutes=1)


class Consents:
    def __init__(
        self,
        repository: RecordRepository,
        clients: ClientService,
        catalogue: Catalogue,
        tokens: RecordTokens,
        opener: RecordOpener,
        deletion: RecordDeletion,
        schedule: Schedule,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._catalogue = catalogue
        self._tokens = tokens
        self._opener = opener
        self._deletion = deletion
        self._schedule = schedule
        self._clock = clock

    def require(self, client: Client, role: Role, new: NewRecord) -> None:
        """Raise `Forbidden` for what rests on a consent whose last word is that it is revoked.

        A consent reaches records of its own role only: a client's does not decide about what the
        operator keeps as controller.
        """
        purpose = self._catalogue.definition(client, new.category).consent
        if purpose and self._is_revoked(client, role, purpose, new.licence_id, new.subject):
            raise Forbidden("the consent that this rests on was revoked", "consent-revoked")

    def require_still(self, client: Client, new: NewRecord, record: StoredRecord) -> None:
        """Like `require`, for a record that was just stored: it is erased again."""
        try:
            self.require(client, record.scope.role, new)
        except Forbidden:
            self._deletion.delete(record, CONSENT_REVOKED, "system")
            raise

    def review(self, record: StoredRecord) -> None:
        """Erase a record that a killed process stored, and no longer judged as `require_still`."""
        client = self._clients.by_id(record.scope.client_id)
        if purpose := self._catalogue.definition(client, record.category).consent:
            now = self._clock.now()
            self._erase(client, purpose, [record], now, Revoking(now, _ACTOR))

    def begin(self, record: StoredRecord, actor: str) -> StoredRecord:
        """Return a consent that is revoked with the intent to erase what rests on it.

        Others as they are. It is to be written at once; whoever wrote it calls `finish_new`.
        """
        if not (record.covers and is_revoked(record.events)):
            return record
        return replace(record, revoking=Revoking(self._clock.now(), actor))

    def finish_new(self, client: Client, consent: StoredRecord) -> None:
        """Like `finish`, for a consent that was just stored, perhaps as revoked elsewhere."""
        if consent.revoking is None:
            return
        current = self._repository.fetch(consent.scope, consent.token)
        if isinstance(current, StoredRecord):
            self.finish_stored(client, current)

    def finish(self, client: Client, consent: Record) -> None:
        """Erase what rests on a consent whose revocation was begun, if it was.

        The consent's own term does not matter: it may be over by the same event.
        """
        stored, sealed = consent.stored, consent.sealed
        if stored.revoking is None:
            return
        at, purpose = stored.events["revoked"], sealed["data"]["purpose"]
        belonging = partial(self._belonging, client, stored, sealed.get("subject"))
        for category, role in self._catalogue.resting_on(client, purpose):
            if role is stored.scope.role:
                erase = partial(self._erase, client, purpose, at=at, revoking=stored.revoking)
                self._erase_all(client.scope(role), category, partial(belonging, category), erase)
        self._repository.finish_revoking(stored, stored.revoking)
        # It was left out while it led to them.
        due_at = self._opener.verdict(client, stored).due_at
        self._schedule.expect(client.id, {stored.category: due_at})

    def finish_stored(self, client: Client, consent: StoredRecord) -> None:
        """Like `finish`. Raises `Gone` if the consent itself was erased."""
        if consent.revoking is None:
            return
        found = self._opener.open_many([consent])
        if not found:
            raise Gone("this record was erased")
        self.finish(client, found[0])

    def finish_before(self, client: Client, new: StoredRecord) -> None:
        """Finish what was begun of other consents to the same: a new one revives nothing."""
        if new.covers:
            for consent in self._repository.fetch_covering(new.scope, new.covers):
                self.finish_stored(client, consent)

    def resume(self, keep_alive: KeepAlive) -> int:
        """Finish the revocations that a killed process began (`erasure.recovery.Deletions`)."""
        finished = 0
        for consent in self._repository.fetch_revoking(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            finish = partial(self._finish_of, consent)
            alarm = "a revocation cannot be finished"
            finished += succeeds(finish, alarm, record=consent.record_id)
        return finished

    def _finish_of(self, consent: StoredRecord) -> None:
        try:
            self.finish_stored(self._clients.by_id(consent.scope.client_id), consent)
        except (Gone, NotFound, KeyDestroyed):  # with all that its client had
            if consent.revoking:
                self._repository.finish_revoking(consent, consent.revoking)

    def _is_revoked(
        self, client: Client, role: Role, purpose: str, licence: str | None, subject: str | None
    ) -> bool:
        """Whether the last word of the consents that a record rests on is that they are revoked."""
        try:
            tokens = list(self._tokens.covering(client.id, role, purpose, licence, subject))
        except KeyDestroyed:
            return False  # that part of the client's data is gone, its consents too
        scope = client.scope(role)
        found = [one for token in tokens for one in self._repository.fetch_covering(scope, token)]
        words = [_last_word(consent.occurred_at, consent.events) for consent in found]
        words += [(at, True) for at in self._repository.fetch_refused(scope, tokens)]
        return max(words)[1] if words else False  # of two at one moment the revoked one counts

    def _belonging(
        self, client: Client, consent: StoredRecord, subject: str | None, category: str
    ) -> dict[str, Any]:
        """What is equal in the records of a category that rest on a consent."""
        if consent.licence_id != NO_ID:
            return {"licence": consent.licence_id}
        if subject:
            tokens = self._tokens.subjects(client.id, consent.scope.role, category, subject)
            return {"subject": one_of(tokens)}
        return {}

    def _erase_all(
        self, scope: Scope, category: str, equal: Callable[[], Mapping[str, Any]], erase: Erase
    ) -> None:
        """Erase what is there, again until nothing, and no key of tokens, changed meanwhile.

        Whoever hands in more meanwhile looks at the consents again (`require_still`).
        """
        changed = True
        while changed:
            rotation = self._tokens.rotation()
            found = self._repository.fetch_matching(scope, category, equal())
            changed = False
            while batch := list(islice(found, _BATCH)):
                changed |= erase(batch)
            changed |= self._tokens.rotation() != rotation

    def _erase(
        self,
        client: Client,
        purpose: str,
        batch: Sequence[StoredRecord],
        at: datetime,
        revoking: Revoking,
    ) -> bool:
        """Erase records of one category, if they still rest on no consent. True if any changed."""
        refused = self._refused(client, purpose, batch)
        closed = [(self._closed(client, record, at, revoking), record) for record in refused]
        done = [(closing, record) for closing, record in closed if isinstance(closing, Closing)]
        done.sort(key=lambda one: one[0].rule)
        for _, group in groupby(done, key=lambda one: one[0].rule):
            same = list(group)
            self._deletion.carry_out([record for _, record in same], same[0][0])
        return any(closing is _CHANGED for closing, _ in closed)

    def _refused(
        self, client: Client, purpose: str, batch: Sequence[StoredRecord]
    ) -> list[StoredRecord]:
        """Those that would be refused now. Asked once they were found: none came in after."""
        revoked = cache(partial(self._is_revoked, client, batch[0].scope.role, purpose))
        return [
            record.stored
            for record in self._opener.open_many(batch)
            if revoked(record.sealed.get("licence_id"), record.sealed.get("subject"))
        ]

    def _closed(
        self, client: Client, record: StoredRecord, at: datetime, revoking: Revoking
    ) -> Closing | object | None:
        """Revoke a record, and close it in the same write. `_CHANGED` if it changed meanwhile.

        One that a law forbids to erase yet stays until its own terms, which know the event, end.
        """
        events = {**record.events, "revoked": max(at, record.occurred_at)}
        now = self._clock.now()
        revoked = replace(record, events=events, stored_at=now)
        closing = self._closing(client, revoked, now, revoking.actor)
        if closing is None and record.events == events:
            return None
        if not self._repository.update_events(record, revoked, closing):
            return _CHANGED
        if closing is None:
            due_at = self._opener.verdict(client, revoked).due_at
            self._schedule.expect(client.id, {record.category: due_at})
        return closing

    def _closing(
        self, client: Client, record: StoredRecord, now: datetime, actor: str
    ) -> Closing | None:
        verdict = self._opener.verdict(client, record)
        if verdict.is_due(now):
            return Closing(now, verdict.rule_id or CONSENT_REVOKED, actor, verdict.action)
        if self._opener.minimum_until(client, record) > now:
            return None
        return Closing(now, CONSENT_REVOKED, actor, verdict.action)


class ReviewedRecords:
    """The records as holders of their keys, to recovery (`erasure.recovery.KeyHolder`).

    A process that was killed right after its insert did not look at the consents again, nor whether
    keys of tokens had been replaced.
    """

    def __init__(
        self, repository: RecordRepository, consents: Consents, subjects: SubjectIndex
    ) -> None:
        self._repository = repository
        self._consents = consents
        self._subjects = subjects

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        if record := self._repository.fetch_document(document_id):
            with suppress(NotFound, KeyDestroyed):  # of a client that is being erased all goes
                self._subjects.catch_up(record)
                self._consents.review(record)
        return self._repository.current_key(document_id)


def _last_word(occurred_at: datetime, events: Mapping[str, datetime]) -> Word:
    """When a consent was last given or revoked, and whether revoked."""
    said = [events[name] for name in ("given", "revoked") if name in events]
    return max([occurred_at, *said]), is_revoked(events)
