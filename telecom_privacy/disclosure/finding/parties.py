"""The clients and licences that an order names."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any
from uuid import UUID

from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.clients.service import ClientService
from telecom_privacy.disclosure.matching import Kind, Target
from telecom_privacy.disclosure.model import Asked, NumberRange
from telecom_privacy.errors import Gone, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.scope import Role
from telecom_privacy.traffic.model import own_number

_SYSTEM = Access("system", ApiRole.ADMIN)


def targets(asked: Asked) -> list[Target]:
    """What an order singles out, in its order."""
    return [
        *(Target(Kind.NUMBER, number) for number in asked.numbers),
        *dict.fromkeys(chain.from_iterable(map(_of_range, asked.ranges))),
        *(Target(Kind.LICENCE, one.id, one.client_id) for one in asked.licences),
        *(Target(Kind.CALL, one.id, one.client_id) for one in asked.calls),
    ]


def _of_range(one: NumberRange) -> Iterator[Target]:
    client_id, licence = one.licence.client_id, one.licence.id
    return (Target(Kind.NUMBER, number, client_id, licence) for number in one.numbers)


def is_of_side(target: Target, call: Mapping[str, Any] | None) -> bool:
    """Whether a call is meant by a target that led to it; `call` is its CDR, None where it is gone.

    A number of a licence means this side of its calls: on the other one it is somebody else's.
    """
    return target.licence is None or (call is not None and own_number(call) == target.name)


class NamedParties:
    """Each of these is None where there is none, or none any more."""

    def __init__(self, clients: ClientService, licences: LicenceService) -> None:
        self._clients = clients
        self._licences = licences

    def client(self, target: Target) -> Client | None:
        if target.client_id is None:
            return None
        with suppress(NotFound, Gone, KeyDestroyed):
            return self._clients.reach_for_records(_SYSTEM, target.client_id)
        return None

    def client_by_id(self, client_id: UUID) -> Client | None:
        with suppress(NotFound, KeyDestroyed):
            return self._clients.by_id(client_id)
        return None

    def licence(self, client: Client, target: Target) -> Licence | None:
        with suppress(NotFound, Gone, KeyDestroyed):
            return self._licences.find(client.scope(Role.PROCESSOR), target.name)
        return None

    def licences(self, client: Client) -> set[UUID]:
        """The licences of a client that are there still."""
        return {licence.id for licence in self._licences.each(client)}
