"""A call on its way in: what will be stored of it, in both copies, before it has keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import rfc8785

from telecom_privacy.calls.intent import IntendedCall
from telecom_privacy.calls.model import OBJECTED, WRITTEN, NewCall, StoredCall, call_binding
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import Gone, Invalid, NotFound, Unavailable
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.paging import month_of
from telecom_privacy.traffic.model import FIELDS, StoredTraffic, traffic_binding


@dataclass(frozen=True, slots=True)
class Draft:
    """A call under the ids that it will have.

    `traffic_id` is None where no purpose needs the controller copy, or none any more; `body` is
    what the receipt's digest and the comparison with a retry are taken from.
    """

    call: NewCall
    token: bytes
    scope: Scope
    month: str
    body: bytes = field(repr=False)
    record_id: UUID = field(default_factory=uuid4)
    traffic_id: UUID | None = None

    @property
    def binding(self) -> Binding:
        return call_binding(self.scope, self.month, self.record_id)

    @property
    def controller_scope(self) -> Scope:
        return Scope(self.scope.client_id, self.scope.licence_id, Role.CONTROLLER)

    @property
    def intended(self) -> IntendedCall:
        return IntendedCall(self.token, self.record_id, self.traffic_id)

    @property
    def record_ids(self) -> list[UUID]:
        return self.intended.record_ids

    @property
    def bindings(self) -> dict[UUID, Binding]:
        """The places that need a key."""
        found = {self.record_id: self.binding}
        if self.traffic_id:
            found[self.traffic_id] = traffic_binding(
                self.controller_scope, self.month, self.traffic_id
            )
        return found


class Drafting:
    """Makes drafts, and seals them into both copies."""

    def __init__(
        self, licences: LicenceService, catalogue: Catalogue, keys: KeyService, clock: Clock
    ) -> None:
        self._licences = licences
        self._catalogue = catalogue
        self._keys = keys
        self._clock = clock

    def draft(self, client: Client, call: NewCall, token: bytes, body: bytes) -> Draft:
        """Raise `Invalid` for an unknown licence or card data, `Gone` for a call past its term.

        And `Invalid` where the client's policy lets no calls be stored.
        """
        if not self._stores(client, Category.CALL, Role.PROCESSOR):
            raise Invalid({"category": ["The client's policy does not name calls."]})
        licence = self._find(client.scope(Role.PROCESSOR), call.licence_id)
        if licence is None:
            raise Invalid({"licence_id": ["The client has no such licence."]})
        written = {name: call.content[name] for name in WRITTEN if name in call.content}
        self._catalogue.require_no_cards(client, {**written, "history": list(call.history)})
        if self._is_due(client, Category.CALL, Role.PROCESSOR, call):
            raise Gone("the retention term of this call is over")
        keeps_traffic = (
            call.carried
            and self._stores(client, Category.TRAFFIC, Role.CONTROLLER)
            and not self._is_due(client, Category.TRAFFIC, Role.CONTROLLER, call)
        )
        return Draft(
            call=call,
            token=token,
            scope=client.scope(Role.PROCESSOR, licence.id),
            month=month_of(call.started_at),
            body=body,
            traffic_id=uuid4() if keeps_traffic else None,
        )

    def require_licences(self, drafts: Sequence[Draft]) -> None:
        """Raise `Unavailable` if a draft's licence has gone since; its retry tells why.

        To be asked once keys were issued: who takes a licence away waits for those that have any.
        """
        for draft in drafts:
            found = self._find(draft.scope, draft.call.licence_id)
            if found is None or found.id != draft.scope.licence_id:
                raise Unavailable("a licence was taken away at this moment; retry")

    def call(self, draft: Draft, key: RecordKey, receipt: Mapping[str, Any]) -> StoredCall:
        """The client's copy, sealed."""
        call, client_id = draft.call, draft.scope.client_id
        index = self._keys.numbers.index(Role.PROCESSOR, draft.month, client_id)
        content = {
            "id": call.external_id,
            "call": call.content,
            "receipt": receipt,
            "original": fingerprint(draft.body),
            **({"history": list(call.history)} if call.history else {}),
        }
        return StoredCall(
            token=draft.token,
            record_id=draft.record_id,
            scope=draft.scope,
            month=draft.month,
            started_at=call.started_at,
            ended_at=call.ended_at,
            direction=call.content["direction"],
            objected=call.content["recording_consent"] == OBJECTED,
            numbers=tuple(map(index.token, call.numbers)),
            index=index.generation,
            key=key.reference,
            payload=seal_json(key.key, content, draft.binding),
            stored_at=self._clock.now(),
            party_erased_at=call.party_erased_at,
        )

    def traffic(self, draft: Draft, traffic_id: UUID, key: RecordKey) -> StoredTraffic:
        """The operator's copy, sealed: only what it needs as controller."""
        index = self._keys.numbers.index(Role.CONTROLLER, draft.month)
        content = {name: draft.call.content[name] for name in FIELDS if name in draft.call.content}
        return StoredTraffic(
            record_id=traffic_id,
            scope=draft.controller_scope,
            month=draft.month,
            started_at=draft.call.started_at,
            ended_at=draft.call.ended_at,
            numbers=tuple(map(index.token, draft.call.numbers)),
            index=index.generation,
            key=key.reference,
            payload=seal_json(key.key, content, draft.bindings[traffic_id]),
        )

    def _find(self, scope: Scope, external_id: str) -> Licence | None:
        """The licence, if it may take calls; what is left of an anonymised one may not."""
        try:
            found = self._licences.find(scope, external_id)
        except NotFound:
            return None
        return None if found.is_anonymous else found

    def _stores(self, client: Client, category: Category, role: Role) -> bool:
        return client.terms.stores(category, role, self._clock.now())

    def _is_due(self, client: Client, category: Category, role: Role, call: NewCall) -> bool:
        return client.terms.verdict(category, role, call.ended_at).is_due(self._clock.now())


def canonical_body(call: NewCall) -> bytes:
    """The RFC 8785 form of a call and its id. Raises `Invalid` where there is none."""
    try:
        return rfc8785.dumps({"id": call.external_id, "call": dict(call.content)})
    except rfc8785.CanonicalizationError as error:
        raise Invalid({"platform": ["Holds a number that JSON cannot carry exactly."]}) from error


def fingerprint(body: bytes) -> str:
    """What a retry is compared by. It is sealed: a bare hash of a CDR can be guessed."""
    return sha256(body).hexdigest()
