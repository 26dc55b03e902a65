"""Erasing a person, a licence and a client: how long until nothing of them can be opened."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.figures import percentile
from telecom_privacy.bench.growth.costs import Grown
from telecom_privacy.bench.growth.stage import LICENCES_A_ROUND, Stage
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.service import service
from telecom_privacy.bench.tenant import Tenant, neighbour
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import ApiRole
from telecom_privacy.keys.model import client_node
from telecom_privacy.persons.erasing import Erasing
from telecom_privacy.retention.anonymisation import LicenceAnonymisation
from telecom_privacy.scope import Role

PERSON, LICENCE, CLIENT = "a person", "a licence", "a client"
KINDS = (PERSON, LICENCE, CLIENT)
_PERSONS, _FEW_PERSONS = 10, 2
_CLIENTS, _FEW_CLIENTS = 3, 1
_SHARE = 0.95
_ACTOR = "bench"
_RULE = "RET-3"
_LICENCE = "licence-0"


@dataclass(frozen=True, slots=True)
class Victim:
    """Somebody to erase, and whether anything of them can still be opened."""

    erase: Callable[[], object]
    is_left: Callable[[], bool]


class Erasures:
    """Erases some of those who are there to be erased, at each size."""

    def __init__(self, plan: Plan, stage: Stage, sizes: int) -> None:
        self._rounds = plan.rounds
        self._tenant = stage.tenant
        self._population = stage.population
        self._core = stage.loader.core
        self._client = stage.loader.client
        self._access = stage.tenant.access(ApiRole.CLIENT)
        self._reads = ServiceSide(stage.tenant)
        self._persons = list(stage.population.persons)  # the last first: others begin at the front
        self._licences = stage.population.leaving
        clients = _FEW_CLIENTS if plan.quick else _CLIENTS
        self._clients = self._neighbours(sizes * plan.rounds * clients)
        self._victims: Mapping[str, tuple[Callable[[], Victim], int]] = {
            PERSON: (self._person, _FEW_PERSONS if plan.quick else _PERSONS),
            LICENCE: (self._licence, LICENCES_A_ROUND),
            CLIENT: (self._whole_client, clients),
        }
        self._taken: dict[str, dict[int, tuple[float, ...]]] = {kind: {} for kind in KINDS}

    def measure(self, size: int) -> None:
        """Raises `WrongAnswer` if something of what was erased can still be opened."""
        rounds = [{kind: self._slow(kind) for kind in KINDS} for _ in range(self._rounds)]
        for kind in KINDS:
            self._taken[kind][size] = tuple(taken[kind] for taken in rounds)

    def grown(self, kind: str) -> Grown:
        return Grown(f"erase {kind}, p95", "ms", self._taken[kind])

    def _slow(self, kind: str) -> float:
        """Milliseconds that 95 of 100 do not exceed."""
        choose, count = self._victims[kind]
        return 1000 * percentile([seconds_of(kind, choose()) for _ in range(count)], _SHARE)

    def _person(self) -> Victim:
        """A person with one call."""
        number = self._population.number(self._persons.pop())
        erasing = service(self._tenant.services, Erasing)
        return Victim(
            lambda: erasing.erase(self._access, self._client, number, keep=()),
            lambda: bool(self._reads.read_subject(number)),
        )

    def _licence(self) -> Victim:
        licence = self._licences.pop()
        anonymisation = service(self._tenant.services, LicenceAnonymisation)
        return Victim(
            lambda: anonymisation.anonymise(self._access, self._client, licence),
            lambda: bool(self._reads.read_licence(licence)),
        )

    def _whole_client(self) -> Victim:
        """A client by the key above all that is hosted for it, as the end of a contract does."""
        tenant = self._clients.pop()
        access, clients = tenant.access(ApiRole.PLATFORM), service(tenant.services, ClientService)
        client = clients.reach_hosted(access, tenant.client)
        node, erase = client_node(client.id, Role.PROCESSOR), self._core.eraser.erase_nodes
        return Victim(
            lambda: erase(client.id, Role.PROCESSOR, node.kind, _RULE, [node], _ACTOR),
            lambda: not self._core.keys.are_destroyed([node]),
        )

    def _neighbours(self, count: int) -> list[Tenant]:
        """Clients of one licence and one call."""
        found = []
        for number in range(count):
            client = neighbour(self._tenant, f"client-{number}", [_LICENCE])
            call = replace(self._population.other(f"call-{number}", number), licence=_LICENCE)
            client.load([call])
            found.append(client)
        return found


def seconds_of(kind: str, victim: Victim) -> float:
    """Erase somebody. Raises `WrongAnswer` if something of them can still be opened."""
    start = time.perf_counter()
    victim.erase()
    taken = time.perf_counter() - start
    if victim.is_left():
        raise WrongAnswer(f"{kind} was erased, and something is left")
    return taken
