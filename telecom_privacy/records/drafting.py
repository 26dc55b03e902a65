"""A record on its way in: what will be stored of it, before it has a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import receipt, stored_event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.keys import subkey
from telecom_privacy.crypto.tokens import content_digest
from telecom_privacy.errors import Forbidden, Invalid, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import KeyReference, RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.records.intake import canonical_body, fingerprint, stated
from telecom_privacy.records.model import (
    CONSENT,
    FIRST_RECEIVED_AT,
    NewRecord,
    Record,
    StoredRecord,
)
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.paging import month_of

_NO_KEY = KeyReference(NO_ID, "")


@dataclass(frozen=True, slots=True)
class Draft:
    """A record under the ids that it will have, without key and payload.

    `body` is what the receipt's digest and the comparison with a retry are taken from; `rotation`
    that of the keys of its tokens; `more` is sealed beside the body.
    """

    new: NewRecord
    record: StoredRecord
    body: bytes = field(repr=False)
    rotation: int
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.body)

    def again(self, known: Record, old: StoredRecord) -> "Draft":
        """The draft as a new version of what is known, stored as `old`."""
        new = self.record
        again = replace(old, subject=new.subject, index=new.index, covers=new.covers)
        more = {**self.more, FIRST_RECEIVED_AT: known.first_received_at}
        return replace(self, record=again, more=more)


class RecordDrafting:
    """Makes drafts, and seals them."""

    def __init__(
        self,
        tokens: RecordTokens,
        licences: LicenceService,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
    ) -> None:
        self._tokens = tokens
        self._licences = licences
        self._audit = audit
        self._signer = signer
        self._clock = clock

    def draft(self, client: Client, role: Role, new: NewRecord) -> Draft:
        """Raise `Invalid` for data that has no canonical form."""
        rotation = self._tokens.rotation()
        subject, index = self._subject(client.id, role, new)
        record = StoredRecord(
            token=self._tokens.record(client.id, role, new.category, new.external_id),
            record_id=uuid4(),
            scope=client.scope(role),
            category=new.category,
            month=month_of(new.occurred_at),
            occurred_at=new.occurred_at,
            key=_NO_KEY,
            payload=b"",
            stored_at=self._clock.now(),
            subject=subject,
            index=index,
            covers=self._covers(client, role, new),
        )
        return Draft(new, record, canonical_body(new), rotation)

    def indexed_anew(self, draft: Draft, stored: StoredRecord) -> list[StoredRecord]:
        """What was stored, under the newest subject key; empty if no key was replaced meanwhile.

        To be asked once it was stored: what replaces keys has not seen it, perhaps.
        """
        if stored.subject is None or self._tokens.rotation() == draft.rotation:
            return []
        scope = stored.scope
        subject, index = self._subject(scope.client_id, scope.role, draft.new)
        return [replace(stored, subject=subject, index=index)]

    def _subject(
        self, client_id: UUID, role: Role, new: NewRecord
    ) -> tuple[bytes, int] | tuple[None, None]:
        if not new.subject:
            return None, None
        return self._tokens.subject(client_id, role, new.category, new.subject)

    def same_subject(self, known: Record, new: NewRecord) -> bool:
        return self._tokens.same_subject(known.sealed.get("subject"), new.subject)

    def token(self, client: Client, role: Role, category: str, external_id: str) -> bytes:
        """The token under which a record is stored."""
        return self._tokens.record(client.id, role, category, external_id)

    def with_licence(self, access: Access, client: Client, draft: Draft) -> Draft:
        """Raise `Invalid` for an unknown licence, `Forbidden` for one not of a limited key."""
        licence_id = self._licence(access, client, draft.new.licence_id)
        scope = client.scope(draft.record.scope.role, licence_id)
        return replace(draft, record=replace(draft.record, scope=scope))

    def still_has_licence(self, draft: Draft) -> bool:
        """Whether the draft's licence is there, to be asked once its key was issued.

        Who takes a licence away waits for those that have one (`retention.anonymisation`).
        """
        scope, named = draft.record.scope, draft.new.licence_id
        if named is None:
            return True
        found = self._find(scope, named)
        return found is not None and found.id == scope.licence_id

    def sealed(
        self, actor: str, draft: Draft, key: RecordKey, history: Sequence[Any]
    ) -> tuple[StoredRecord, Mapping[str, Any]]:
        """Log a content version; return it sealed, and its receipt."""
        record, now = draft.record, self._clock.now()
        digest = content_digest(subkey(key.key, "digest"), draft.body)
        client_id = record.scope.client_id
        event = stored_event("record.stored", actor, now, client_id, record.record_id, digest)
        names = {"id": draft.new.external_id, "category": record.category}
        proof = receipt(event, self._audit.append([event])[0], names, self._signer)
        content = {
            **stated(draft.new),
            "receipt": proof,
            "original": draft.fingerprint,
            "history": list(history),
            **draft.more,
        }
        payload = seal_json(key.key, content, record.binding)
        stored_at = self._clock.now()
        return replace(record, key=key.reference, payload=payload, stored_at=stored_at), proof

    def withdrawn(self, actor: str, draft: Draft) -> None:
        """Log that what the log says was stored was not: another was faster."""
        record, now = draft.record, self._clock.now()
        details = {"record": str(record.record_id)}
        client_id = record.scope.client_id
        self._audit.append([Event("record.withdrawn", actor, now, client_id, details)])

    def _licence(self, access: Access, client: Client, licence_id: str | None) -> UUID:
        """The internal id of a licence; `NO_ID` if none is named."""
        if licence_id is None:
            access.require_whole_client()
            return NO_ID
        licence = self._find(client.scope(Role.PROCESSOR), licence_id)
        if licence is None:
            raise Invalid({"licence_id": ["The client has no such licence."]})
        if not access.may_see_licence(licence.id):
            raise Forbidden("this key is limited to some licences", "licence-limited")
        return licence.id

    def _find(self, scope: Scope, external_id: str) -> Licence | None:
        """The licence, if it may have records; what is left of an anonymised one may not."""
        try:
            found = self._licences.find(scope, external_id)
        except NotFound:
            return None
        return None if found.is_anonymous else found

    def _covers(self, client: Client, role: Role, new: NewRecord) -> bytes | None:
        """The token by which what rests on a consent finds it."""
        purpose = new.data.get("purpose")
        if new.category != CONSENT or not isinstance(purpose, str):
            return None
        return self._tokens.consent(client.id, role, purpose, new.licence_id, new.subject)
