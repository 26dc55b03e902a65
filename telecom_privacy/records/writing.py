"""Handing in records: one receipt for each content version, and nothing twice (DESIGN §4).

Order: key with the recorded intent → log entry → record → settled (`erasure.versions`).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Gone, Invalid, NotFound, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.records.attempt import Attempt
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.consent import Consents
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.records.consent_statement import require_not_automatic
from telecom_privacy.records.drafting import Draft, RecordDrafting
from telecom_privacy.records.history import of_new_version, require_room
from telecom_privacy.records.instruction_statement import require_not_documented
from telecom_privacy.records.intake import require_not_in_future, same_place
from telecom_privacy.records.model import (
    CONSENT,
    RESERVED,
    NewRecord,
    Past,
    Record,
    StoredRecord,
    Tombstone,
    is_binned,
)
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.permissions import Deed, require
from telecom_privacy.records.repository import RECORDS, RecordRepository
from telecom_privacy.scope import Role

_TRIES = 10
"""How often a record is judged anew because another request changed it at the same moment."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The record is stored: now for the first time (`is_new`), in a new version, or as it was."""

    receipt: Mapping[str, Any]
    is_new: bool


class RecordWriter:
    def __init__(
        self,
        repository: RecordRepository,
        catalogue: Catalogue,
        drafting: RecordDrafting,
        opener: RecordOpener,
        consents: Consents,
        proofs: ConsentProofs,
        versions: ContentVersions,
        schedule: Schedule,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._catalogue = catalogue
        self._drafting = drafting
        self._opener = opener
        self._consents = consents
        self._proofs = proofs
        self._versions = versions
        self._schedule = schedule
        self._clock = clock

    def store(
        self, access: Access, client: Client, new: NewRecord, past: Past | None = None
    ) -> Stored:
        """Store a record, a new version of it, or recognise it as stored already.

        Beside a customer's consent its proof is kept (`consent_proof`). One that has a `past`
        comes from elsewhere: it is stored as it was there, and never as a new version.
        Raises `Invalid`, `Forbidden`, `Gone` for one that was erased or is past its term,
        `Conflict` where what may never change differs, and `Unavailable`: retrying is safe.
        """
        role = self._role(access, client, new)
        if past is None:  # what comes from elsewhere was documented there
            require_not_documented(new)
        draft = self._drafting.draft(client, role, new)
        if access.licence_ids is not None:  # such a key learns of nothing beyond its licences
            draft = self._drafting.with_licence(access, client, draft)
        for _ in range(_TRIES):
            known = self._known(access, client, draft)
            if known and known.sealed["original"] == draft.fingerprint:
                self._consents.require(client, role, new)
                self._proofs.finish(client, known.stored, access.actor)
                self._consents.finish(client, known)
                return Stored(known.receipt, is_new=False)
            if known and past:
                raise Conflict("another record has this id already")
            if known:
                self._require_constant(client, known, draft)
            self._require_acceptable(client, role, new, past)
            with suppress(Conflict):  # another request was faster: judge by what it left
                if known:
                    return self._replace(access, client, known, draft)
                return self._insert(access, client, draft, past or Past())
        raise Unavailable("the record is being changed by others; retry")

    def document(self, access: Access, client: Client, new: NewRecord) -> Stored:
        """Store what is never changed, for a caller who may do so; no version follows another.

        Raises `Conflict` for an id that is taken, `Gone` for one that was, and as `store`.
        """
        role = self._catalogue.require_storable(client, new.category)
        client.require_hosted(self._clock.now())
        draft = self._drafting.draft(client, role, new)
        if self._known(access, client, draft):
            raise Conflict("this id is taken")
        self._require_acceptable(client, role, new)
        return self._insert(access, client, draft, Past())

    def _role(self, access: Access, client: Client, new: NewRecord) -> Role:
        role = self._catalogue.require_storable(client, new.category)
        require(access, Deed.WRITE, None if new.category in RESERVED else role)
        if role is Role.PROCESSOR:
            client.require_hosted(self._clock.now())
        return role

    def _known(self, access: Access, client: Client, draft: Draft) -> Record | None:
        """Open what is stored under the draft's id."""
        scope, token = draft.record.scope, draft.record.token
        found = self._repository.fetch(scope, token)
        if found is None:
            return None
        if not access.may_see_licence(found.licence_id):
            raise NotFound("record")
        if isinstance(found, Tombstone):
            raise Gone("this record was erased")
        return self._opener.open_current(
            client, found, lambda: self._repository.fetch(scope, token)
        )

    def _require_constant(self, client: Client, known: Record, draft: Draft) -> None:
        """Raise `Conflict` where what never changes differs.

        Of a consent that is whatever it covers, and of what rests on one whom it is about: a
        revocation finds both by it.
        """
        new, old, now = draft.new, known.stored, draft.record
        require_not_automatic(known)
        if not same_place(known.sealed, new):
            raise Conflict("occurred_at and licence_id of a record never change")
        rests = self._catalogue.definition(client, new.category).consent is not None
        same_subject = self._drafting.same_subject(known, new)
        if rests and not same_subject:
            raise Conflict("subject of what rests on a consent never changes")
        if new.category == CONSENT and not (same_subject and old.covers == now.covers):
            raise Conflict("purpose and subject of a consent never change")
        require_room(known)

    def _require_acceptable(
        self, client: Client, role: Role, new: NewRecord, past: Past | None = None
    ) -> None:
        """Raise `Invalid` or `Forbidden` for what may not be stored."""
        past = past or Past()
        said = {"id": new.external_id, "subject": new.subject, "history": past.history}
        self._catalogue.require_no_cards(client, said)
        for at in past.events.values():
            require_not_in_future(self._clock, "events", at)
        if client.is_operator and new.category == CONSENT and not new.subject:
            raise Invalid({"subject": ["A consent to the operator names who gives it."]})
        require_not_in_future(self._clock, "occurred_at", new.occurred_at)
        self._catalogue.require_data(client, new.category, new.data)
        self._consents.require(client, role, new)

    def _insert(self, access: Access, client: Client, draft: Draft, past: Past) -> Stored:
        draft = self._drafting.with_licence(access, client, draft)
        record = replace(draft.record, events=past.events, binned=is_binned(past.events))
        record = self._consents.begin(self._proofs.begin(client, record), access.actor)
        draft = replace(draft, record=record)
        verdict = self._opener.verdict(client, record)
        if verdict.is_due(self._clock.now()):
            raise Gone("the retention term of this record is over")
        self._consents.finish_before(client, record)

        def write(stored: StoredRecord) -> bool:
            if not self._drafting.still_has_licence(draft) or not self._repository.insert(stored):
                return False
            self._schedule.expect(client.id, {record.category: verdict.due_at})
            self._repository.update_subjects(
                stored.scope, self._drafting.indexed_anew(draft, stored)
            )
            # Or a consent that was revoked meanwhile would not have met this record. Recovery
            # looks again at what is not settled (`consent.ReviewedRecords`).
            self._consents.require_still(client, draft.new, record)
            return True

        attempt = Attempt(self._drafting, access.actor, draft, past.history, write)
        self._versions.insert(record.binding, RECORDS, record.token, attempt)
        self._proofs.finish(client, record, access.actor)
        self._consents.finish_new(client, record)
        return Stored(attempt.receipt, is_new=True)

    def _replace(self, access: Access, client: Client, known: Record, draft: Draft) -> Stored:
        old = known.stored
        self._consents.finish(client, known)
        history = of_new_version(known, self._clock.now(), access.actor)

        def write(stored: StoredRecord) -> bool:
            if not self._repository.update_content(old, stored):
                return False
            self._repository.update_subjects(
                stored.scope, self._drafting.indexed_anew(draft, stored)
            )
            return True

        again = draft.again(known, self._proofs.begin(client, old))
        attempt = Attempt(self._drafting, access.actor, again, history, write)
        self._versions.replace(old.binding, RECORDS, old.item, attempt, access.actor)
        self._proofs.finish(client, again.record, access.actor)
        return Stored(attempt.receipt, is_new=False)
