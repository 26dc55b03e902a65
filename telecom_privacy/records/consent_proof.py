"""The operator's own proof of its customers' consents (RULES RET-14; GDPR article 7(1)).

A customer's consent is the customer's data, and goes with it. What proves it is kept beside it, as
controller: what was consented to, when it was given and withdrawn. Order: the consent, with the
recorded intent → its proof → the intent is taken away. A proof is made from the consent as it is
then, so that anybody may finish what was begun, at any time and again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import Closing
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, KeyDestroyed, NotFound, Unavailable
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.records.attempt import Attempt
from telecom_privacy.records.consent_statement import Statement, stated_by, version_proved
from telecom_privacy.records.drafting import Draft, RecordDrafting
from telecom_privacy.records.intake import stated
from telecom_privacy.records.model import CONSENT, CONSENT_PROOF, Record, StoredRecord, Tombstone
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.repository import RECORDS, RecordRepository
from telecom_privacy.scope import Role
from telecom_privacy.storage.lease import KeepAlive

_ACTOR = "recovery"
_GIVEN_UP_AFTER = timedelta(minutes=1)
_TRIES = 10
"""How often a proof is written anew because another process writes it at the same moment."""


class ConsentProofs:
    def __init__(
        self,
        repository: RecordRepository,
        clients: ClientService,
        drafting: RecordDrafting,
        opener: RecordOpener,
        versions: ContentVersions,
        schedule: Schedule,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._drafting = drafting
        self._opener = opener
        self._versions = versions
        self._schedule = schedule
        self._clock = clock

    def begin(self, client: Client, record: StoredRecord) -> StoredRecord:
        """Return a consent with the intent to prove it, to be written at once; others as they are.

        Whoever wrote it calls `finish`.
        """
        if not self._is_proved(client, record):
            return record
        return replace(record, proving=self._clock.now())

    def finish(self, client: Client, consent: StoredRecord, actor: str) -> None:
        """Let the proof say what the consent says now, if that was begun. Raises `Unavailable`."""
        if consent.proving is None:
            return
        current = self._repository.fetch(consent.scope, consent.token)
        if isinstance(current, StoredRecord) and current.proving:
            self._prove(client, current, actor)
            self._repository.finish_proving(current)
            due_at = self._opener.verdict(client, current).due_at
            self._schedule.expect(client.id, {CONSENT: due_at})  # no sweep took it before

    def conclude(self, consents: Sequence[StoredRecord], closing: Closing) -> None:
        """Let proofs say that what is about to be erased is not relied on any more.

        Records of one client; what is no customer's consent needs no proof.
        """
        if not consents or consents[0].category != CONSENT:
            return
        with suppress(NotFound, KeyDestroyed):  # of a client that is being erased all goes
            client = self._clients.by_id(consents[0].scope.client_id)
            for consent in consents:
                if self._is_proved(client, consent):
                    self._prove(client, consent, closing.actor, closing)

    def finish_of(self, client: Client) -> None:
        """Finish all that was begun for one client, before its own data goes at once.

        One that is damaged is an alarm: neither its client's key nor other proofs wait for it.
        """
        for consent in self._repository.fetch_proving_of(client.scope(Role.PROCESSOR)):
            self._is_resumed(consent)

    def resume(self, keep_alive: KeepAlive) -> int:
        """Finish what a killed process began (`erasure.recovery.Deletions`)."""
        finished = 0
        for consent in self._repository.fetch_proving(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            finished += self._is_resumed(consent)
        return finished

    def _is_resumed(self, consent: StoredRecord) -> bool:
        """Finish what was begun of one consent. False, after an alarm, if that cannot be done."""
        finish = partial(self._resume, consent)
        return succeeds(finish, "a consent cannot be proved", record=consent.record_id)

    def _resume(self, consent: StoredRecord) -> None:
        try:
            self.finish(self._clients.by_id(consent.scope.client_id), consent, _ACTOR)
        except (NotFound, KeyDestroyed):  # with all that its client had
            self._repository.finish_proving(consent)

    def _is_proved(self, client: Client, record: StoredRecord) -> bool:
        """Whether it is a customer's consent, and its policy ever kept the proof of one."""
        is_customers = record.category == CONSENT and record.scope.role is Role.PROCESSOR
        return is_customers and (CONSENT_PROOF, Role.CONTROLLER) in client.terms.kinds()

    def _prove(
        self, client: Client, consent: StoredRecord, actor: str, closing: Closing | None = None
    ) -> None:
        opened = self._opener.open_many([consent])
        if not opened:  # erased meanwhile, which concluded its proof
            return
        relevant = client.terms.events_of(CONSENT_PROOF, Role.CONTROLLER)
        statement = stated_by(opened[0], relevant, closing)
        for _ in range(_TRIES):
            with suppress(Conflict):
                self._write(client, statement, actor)
                return
        raise Unavailable("the proof of this consent is being changed by others; retry")

    def _write(self, client: Client, statement: Statement, actor: str) -> None:
        """Raise `Conflict` if another process was faster."""
        draft = self._drafting.draft(client, Role.CONTROLLER, statement.new)
        record = replace(draft.record, events=statement.events)
        draft = replace(draft, record=record, more=statement.more)
        known = self._repository.fetch(record.scope, record.token)
        if known is None:
            self._insert(client, draft, statement, actor)
        elif not isinstance(known, Tombstone):  # what was erased is not proved again
            for opened in self._opener.open_many([known]):
                self._update(client, opened, statement)

    def _insert(self, client: Client, draft: Draft, statement: Statement, actor: str) -> None:
        verdict = self._opener.verdict(client, draft.record)
        if verdict.is_due(self._clock.now()):
            return

        def write(stored: StoredRecord) -> bool:
            if not self._repository.insert(stored):
                return False
            self._schedule.expect(client.id, {CONSENT_PROOF: verdict.due_at})
            self._repository.update_subjects(
                stored.scope, self._drafting.indexed_anew(draft, stored)
            )
            return True

        attempt = Attempt(self._drafting, actor, draft, statement.history, write)
        self._versions.insert(draft.record.binding, RECORDS, draft.record.token, attempt)

    def _update(self, client: Client, known: Record, statement: Statement) -> None:
        """Add to a proof, which stays under its key: nothing that it said before is taken away."""
        if version_proved(known) >= statement.version:
            return
        old = known.stored
        said = {**stated(statement.new), **statement.more, "history": list(statement.history)}
        payload = seal_json(known.key, {**known.sealed, **said}, old.binding)
        now = self._clock.now()
        changed = replace(old, events=statement.events, payload=payload, stored_at=now)
        if not self._repository.update_events(old, changed):
            raise Conflict("the proof was changed at the same time")
        due_at = self._opener.verdict(client, changed).due_at
        self._schedule.expect(client.id, {CONSENT_PROOF: due_at})
