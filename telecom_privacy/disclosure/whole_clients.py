"""An order names some licences of a client: naming nearly all of them asks for the client."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.disclosure.model import OfClient
from telecom_privacy.errors import Conflict, Gone, Invalid, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.scope import Role

_LEFT_OUT_AT_LEAST = 10
"""One licence in so many is left out, or nobody singled anything out (derived from LAW-3)."""


class WholeClients:
    def __init__(self, clients: ClientService, licences: LicenceService) -> None:
        self._clients = clients
        self._licences = licences

    def require_none(self, access: Access, licences: Sequence[OfClient]) -> None:
        """Raise `Invalid` where an order names several licences of a client and nearly all it has.

        Names that no licence has any more count on neither side. One licence alone is singled out.
        """
        for client_id, names in _by_client(licences):
            if self._is_whole(self._client(access, client_id), names):
                told = "Name all licences of a client, or nearly all: a whole client."
                raise Invalid({"licences": [told]})

    def require_none_still(self, access: Access, licences: Sequence[OfClient]) -> None:
        """Raise `Conflict` where that is so by now: licences may have been deleted meanwhile."""
        for client_id, names in _by_client(licences):
            with suppress(NotFound, Gone, KeyDestroyed):  # or the client is gone
                if self._is_whole(self._clients.reach_for_records(access, client_id), names):
                    raise Conflict("what is asked for is a whole client by now: correct it")

    def _is_whole(self, client: Client, names: Sequence[str]) -> bool:
        counts = self._licences.counts(client)
        there = counts["count"] - counts["anonymised"]
        named = sum(self._exists(client, name) for name in names)
        return named > 1 and (there - named) * _LEFT_OUT_AT_LEAST < there

    def _exists(self, client: Client, name: str) -> bool:
        with suppress(NotFound, Gone, KeyDestroyed):
            return not self._licences.find(client.scope(Role.PROCESSOR), name).is_anonymous
        return False

    def _client(self, access: Access, client_id: str) -> Client:
        try:
            return self._clients.reach_for_records(access, client_id)
        except NotFound as error:
            raise Invalid({"licences": ["No client has this id."]}) from error


def _by_client(licences: Sequence[OfClient]) -> Iterator[tuple[str, Sequence[str]]]:
    """The names of the licences of each client of which several are asked for."""
    for client_id in dict.fromkeys(one.client_id for one in licences):
        names = [one.id for one in licences if one.client_id == client_id]
        if len(names) > 1:
            yield client_id, names
