"""What rests on a consent: refused while it is revoked, erased when it is (CON-3, CON-4, RET-24).

The consent's own event, with the recorded intent, comes first; then goes what rests on it. A record
that is handed in meanwhile looks at the consents again once it is stored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby, islice
from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import Closing
from telecom_privacy.errors import Forbidden, KeyDestroyed
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.model import CONSENT, NewRecord, Revoking, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.scope import NO_ID, Role

CONSENT_REVOKED = "RET-24"
"""The rule under which goes what rested on a consent, where its own terms name none."""

_BATCH = 100
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
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._catalogue = catalogue
        self._tokens = tokens
        self._opener = opener
        self._deletion = deletion
        self._clock = clock

    def require(self, client: Client, new: NewRecord) -> None:
        """Raise `Forbidden` for what rests on a consent whose last word is that it is revoked."""
        purpose = self._catalogue.definition(client, new.category).consent
        if purpose is None:
            return
        roles = self._catalogue.kept_roles(client, CONSENT)
        found = [one for role in roles for one in self._of(client, role, purpose, new)]
        if found and is_revoked(max(found, key=_last_word).events):
            raise Forbidden("the consent that this rests on was revoked", "consent-revoked")

    def require_still(self, client: Client, new: NewRecord, record: StoredRecord) -> None:
        """Like `require`, for a record that was just stored: it is erased again."""
        try:
            self.require(client, new)
        except Forbidden:
            self._deletion.delete(record, CONSENT_REVOKED, "system")
            raise

    def finish(self, client: Client, consent: StoredRecord) -> None:
        """Erase what rests on a consent whose revocation was begun, if it was.

        Raises `Gone` if the consent itself was erased.
        """
        revoking = consent.revoking
        if revoking is None:
            return
        sealed = self._opener.open(client, consent).sealed
        at, purpose = consent.events["revoked"], sealed["data"]["purpose"]
        for category, role in self._catalogue.resting_on(client, purpose):
            equal = self._belonging(client, role, consent, sealed.get("subject"))
            for batch in self._batches(client, category, role, equal):
                self._erase(client, batch, at, revoking)
        self._repository.finish_revoking(consent, revoking)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Finish the revocations that a killed process began (`erasure.recovery.Deletions`)."""
        finished = 0
        for consent in self._repository.fetch_revoking(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            finish = partial(self._finish_of, consent)
            alarm = "a revocation cannot be finished"
            finished += succeeds(finish, alarm, record=consent.record_id)
        return finished

    def _finish_of(self, consent: StoredRecord) -> None:
        self.finish(self._clients.by_id(consent.scope.client_id), consent)

    def _of(
        self, client: Client, role: Role, purpose: str, new: NewRecord
    ) -> Iterator[StoredRecord]:
        """The consents that a record rests on."""
        try:
            covering = list(
                self._tokens.covering(client.id, role, purpose, new.licence_id, new.subject)
            )
        except KeyDestroyed:
            return  # that part of the client's data is gone, its consents too
        for token in covering:
            yield from self._repository.fetch_covering(client.scope(role), token)

    def _belonging(
        self, client: Client, role: Role, consent: StoredRecord, subject: str | None
    ) -> dict[str, Any]:
        """What is equal in the records that rest on a consent."""
        if consent.licence_id != NO_ID:
            return {"licence": consent.licence_id}
        if subject:
            return {"subject": self._tokens.subject(client.id, role, subject)}
        return {}

    def _batches(
        self, client: Client, category: str, role: Role, equal: Mapping[str, Any]
    ) -> Iterator[list[StoredRecord]]:
        """What is there, again and again until nothing is: it may change while it is erased."""
        found = self._repository.fetch_matching(client.scope(role), category, equal)
        while batch := list(islice(found, _BATCH)):
            yield batch
            if len(batch) < _BATCH:
                found = self._repository.fetch_matching(client.scope(role), category, equal)

    def _erase(
        self, client: Client, batch: Iterable[StoredRecord], at: datetime, revoking: Revoking
    ) -> None:
        closed = [(self._closed(client, record, at, revoking), record) for record in batch]
        done = [(closing, record) for closing, record in closed if closing]
        done.sort(key=lambda one: one[0].rule)
        for _, group in groupby(done, key=lambda one: one[0].rule):
            same = list(group)
            self._deletion.carry_out([record for _, record in same], same[0][0])

    def _closed(
        self, client: Client, record: StoredRecord, at: datetime, revoking: Revoking
    ) -> Closing | None:
        """Revoke a record, and close it in the same write. None if it changed meanwhile."""
        events = {**record.events, "revoked": max(at, record.occurred_at)}
        revoked, now = replace(record, events=events), self._clock.now()
        verdict = self._opener.verdict(client, revoked)
        rule = verdict.rule_id if verdict.is_due(now) else None
        closing = Closing(now, rule or CONSENT_REVOKED, revoking.actor, verdict.action)
        written = self._repository.update_events(record, revoked, closing)
        return closing if written else None


def is_revoked(events: Mapping[str, datetime]) -> bool:
    """Whether a consent was revoked and not given again since."""
    revoked, given = events.get("revoked"), events.get("given")
    return revoked is not None and (given is None or given <= revoked)


def _last_word(consent: StoredRecord) -> tuple[datetime, bool]:
    """When a consent was last given or revoked; of two at one moment the revoked one counts."""
    said = [consent.events[name] for name in ("given", "revoked") if name in consent.events]
    return max([consent.occurred_at, *said]), is_revoked(consent.events)
