"""Secrecy that the law protects: what a text opens of whose data (CPP articles 56-1 to 60-1-1)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.professions import professions
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.disclosure.admissibility import Law
from telecom_privacy.disclosure.model import Order
from telecom_privacy.errors import Gone, KeyDestroyed, NotFound
from telecom_privacy.legal_bases.model import DataCategory, ProfessionTerms
from telecom_privacy.scope import NO_ID, Scope


class Privileges:
    """The professions of clients and licences, as the operator states them."""

    def __init__(
        self, clients: ClientService, licences: LicenceService, stated: StatedProfessions
    ) -> None:
        self._clients = clients
        self._licences = licences
        self._stated = stated

    def of(self, scope: Scope) -> frozenset[str] | None:
        """What a client, and its licence if `scope` names one, is and ever was.

        Known beyond these themselves. None where it cannot be known: there is no entry of the
        client, and what described them was erased or anonymised.
        """
        stated = self._stated.of(scope)
        described = [self._client(scope.client_id)]
        if scope.licence_id != NO_ID:
            described.append(self._licence(scope))
        known = [details for details in described if details is not None]
        if stated is None and len(known) < len(described):
            return None
        return frozenset[str]().union(stated or (), *map(professions, known))

    def _client(self, client_id: UUID) -> Mapping[str, Any] | None:
        with suppress(NotFound, Gone, KeyDestroyed):
            return self._clients.by_id(client_id).details
        return None

    def _licence(self, scope: Scope) -> Mapping[str, Any] | None:
        licence = self._licences.by_id(scope)
        return None if licence is None or licence.is_anonymous else licence.details


def is_refused(order: Order, law: Law, professions: frozenset[str], category: DataCategory) -> bool:
    """Whether a category of the data of such professions is not given on an order.

    A profession that the basis does not name is refused; one that it names with a condition is
    refused without the authorisation, given by the day on which the order was received.
    """
    if law.basis is None:
        return True
    terms = [law.basis.terms_for(profession, category) for profession in professions]
    return any(one is None or not _is_met(order, law, one) for one in terms)


def _is_met(order: Order, law: Law, terms: ProfessionTerms) -> bool:
    if terms.condition is None:
        return True
    given = (one for one in order.authorisations if one.kind is terms.condition)
    return any(one.date <= law.day for one in given)
