"""Judging calls that are handed in: what is good becomes a draft."""

from collections.abc import Sequence
from uuid import uuid4

from telecom_privacy.calls.drafts import Draft
from telecom_privacy.calls.lifetime import Lifetime
from telecom_privacy.calls.model import WRITTEN, NewCall
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Gone, Invalid, NotFound, Unavailable
from telecom_privacy.policies.model import Category
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.paging import month_of


class Drafting:
    def __init__(self, licences: LicenceService, catalogue: Catalogue, clock: Clock) -> None:
        self._licences = licences
        self._catalogue = catalogue
        self._clock = clock

    def of(self, client: Client) -> "ClientDrafting":
        """Drafts of a client's calls, by its terms and licences as they are now."""
        lifetime = Lifetime(client.terms, self._clock.now())
        return ClientDrafting(client, self, self._catalogue, lifetime)

    def licence(self, scope: Scope, external_id: str) -> Licence | None:
        """The licence, if it may take calls; what is left of an anonymised one may not."""
        try:
            found = self._licences.find(scope, external_id)
        except NotFound:
            return None
        return None if found.is_anonymous else found

    def require_licences(self, drafts: Sequence[Draft]) -> None:
        """Raise `Unavailable` if a draft's licence has gone since; its retry tells why.

        To be asked once keys were issued: who takes a licence away waits for those that have any.
        """
        for scope, external_id in {(draft.scope, draft.call.licence_id) for draft in drafts}:
            found = self.licence(scope, external_id)
            if found is None or found.id != scope.licence_id:
                raise Unavailable("a licence was taken away at this moment; retry")


class ClientDrafting:
    """Makes drafts of some calls of one client."""

    def __init__(
        self, client: Client, drafting: Drafting, catalogue: Catalogue, lifetime: Lifetime
    ) -> None:
        self._client = client
        self._drafting = drafting
        self._catalogue = catalogue
        self._lifetime = lifetime
        self._licences: dict[str, Licence | None] = {}
        self._stores_calls = lifetime.stores(Category.CALL)
        self._stores_traffic = lifetime.stores(Category.TRAFFIC)

    def draft(self, call: NewCall, token: bytes, body: bytes) -> Draft:
        """Raise `Invalid` for an unknown licence or card data, `Gone` for a call past its term.

        And `Invalid` where the client's policy lets no calls be stored.
        """
        if not self._stores_calls:
            raise Invalid({"category": ["The client's policy does not name calls."]})
        licence = self._licence(call.licence_id)
        if licence is None:
            raise Invalid({"licence_id": ["The client has no such licence."]})
        written = {name: call.content[name] for name in WRITTEN if name in call.content}
        self._catalogue.require_no_cards(self._client, {**written, "history": list(call.history)})
        if self._lifetime.is_due(Category.CALL, call.ended_at):
            raise Gone("the retention term of this call is over")
        return Draft(
            call=call,
            token=token,
            scope=self._client.scope(Role.PROCESSOR, licence.id),
            month=month_of(call.started_at),
            body=body,
            traffic_id=uuid4() if self._keeps_traffic(call) else None,
        )

    def _keeps_traffic(self, call: NewCall) -> bool:
        return (
            call.carried
            and self._stores_traffic
            and not self._lifetime.is_due(Category.TRAFFIC, call.ended_at)
        )

    def _licence(self, external_id: str) -> Licence | None:
        if external_id not in self._licences:
            scope = self._client.scope(Role.PROCESSOR)
            self._licences[external_id] = self._drafting.licence(scope, external_id)
        return self._licences[external_id]
