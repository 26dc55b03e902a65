"""After erasures are made final: what somebody recovers with every copy and the roots of today.

On an embedded database of its own, whose files can be copied: the data, the journal and two
backups. The same attacker is let loose before, so that finding nothing afterwards says something.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from telecom_privacy.bench.calls import InventedCall
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.population import Population
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.attacker import Attacker, Slot
from telecom_privacy.bench.opponents.copies import Copies, Copy, tokens
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.service import own_services, service
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import ApiRole
from telecom_privacy.persons.erasing import Erasing
from telecom_privacy.retention.anonymisation import LicenceAnonymisation
from telecom_privacy.storage.embedded import EmbeddedServer

TABLE = "Recovered of what was erased, from every copy of the files, with the root keys of today"
_CALLS, _FEW_CALLS = 1_000, 100
_LEAVING = 2
_DELETED = _ERASED_PERSONS = 5
_NOTHING = Great(0, at_most=True)
_ACTOR = "bench"


@dataclass(frozen=True, slots=True)
class Found:
    """How much an attacker recovered of what was erased."""

    plaintexts: int
    keys: int
    numbers: int


@dataclass(frozen=True, slots=True)
class Erased:
    """Calls of which the client's copy is erased, and where the keys of all that is lay."""

    calls: Sequence[InventedCall]
    slots: frozenset[Slot]

    def recovered(self, attacker: Attacker, copies: Sequence[Copy], raw: bytes) -> Found:
        """Look in all that he reads, and in the files as they are."""
        read = b"".join(attacker.readings())
        notes = [call.note.encode() for call in self.calls]
        seen = {token for copy in copies for token in tokens(copy, "bulk.calls")}
        return Found(
            plaintexts=sum(note in read or note in raw for note in notes),
            keys=len(self.slots & attacker.record_keys.keys()),
            numbers=len(attacker.numbers(seen, [call.number for call in self.calls])),
        )


def prove_finality(plan: Plan) -> list[Measurement]:
    """Count what is recovered before and after. Raises `WrongAnswer` if there was nothing before:
    then that nothing is found afterwards would prove nothing.
    """
    directory = plan.directory / "finality"
    with EmbeddedServer.start(directory / "database") as server:
        uri = server.uri
        own = replace(plan.settings, mongodb_uri=uri, keystore_uri=uri, audit_uri=uri)
        with own_services(replace(plan, settings=own, directory=directory)) as services:
            before, after = _before_and_after(plan, services, Copies(directory, services.settings))
    if not (before.plaintexts and before.keys and before.numbers):
        raise WrongAnswer("the attacker finds nothing even before erasures are made final")
    return [
        one
        for name, was, is_ in (
            ("plaintexts", before.plaintexts, after.plaintexts),
            ("record keys", before.keys, after.keys),
            ("numbers, from tokens", before.numbers, after.numbers),
        )
        for one in (
            Measurement(TABLE, f"{name}, before", "", (float(was),)),
            Measurement(TABLE, f"{name}, after", "", (float(is_),), great=_NOTHING),
        )
    ]


def _before_and_after(plan: Plan, services: Services, copies: Copies) -> tuple[Found, Found]:
    size = _FEW_CALLS if plan.quick else _CALLS
    population = Population(plan.seed, size, _LEAVING, datetime.now(UTC))
    tenant = new_tenant(services, population.licences)
    tenant.load(population.calls(0, size))
    taken = [copies.take("backup")]
    calls = _erase(tenant, population)
    erased = Erased(calls, _slots_of_erased(services))
    taken.append(copies.take("before"))
    key_dir = services.settings.key_dir
    raw = copies.bytes_of("backup", "before")
    before = erased.recovered(Attacker(key_dir, taken), taken, raw)
    if services.finality.run(_ACTOR) is None:
        raise WrongAnswer("erasures are being made final by another")
    taken.append(copies.take("after"))
    raw += copies.bytes_of("after")
    return before, erased.recovered(Attacker(key_dir, taken), taken, raw)


def _erase(tenant: Tenant, population: Population) -> list[InventedCall]:
    """Erase calls one by one, persons and licences; returns their calls."""
    services, access = tenant.services, tenant.access(ApiRole.CLIENT)
    client = service(services, ClientService).reach_hosted(access, tenant.client)
    calls = population.calls(0, _DELETED)
    for call in calls:
        ServiceSide(tenant).delete(call.id)
    persons = population.calls(population.persons.start, population.persons.stop)[:_ERASED_PERSONS]
    for call in persons:
        service(services, Erasing).erase(access, client, call.number, keep=())
    for licence in population.leaving:
        service(services, LicenceAnonymisation).anonymise(access, client, licence)
    leaving = population.calls(population.readable, population.persons.start)
    return [*calls, *persons, *leaving]


def _slots_of_erased(services: Services) -> frozenset[Slot]:
    """Where the keys lay of all that the ledger says was erased."""
    ledger = services.databases.audit["erasures"].find()
    return frozenset((item["page"], item["slot"]) for one in ledger for item in one["items"])
