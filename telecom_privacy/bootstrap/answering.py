"""Wiring what answers requisitions: matches, preservation, the sealed package."""

from dataclasses import dataclass
from functools import cached_property

from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.disclosure import Disclosure
from telecom_privacy.bootstrap.holds import Holds
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.disclosure.case_holds import CaseHolds
from telecom_privacy.disclosure.contents import ContentOpening
from telecom_privacy.disclosure.delivering import Delivering
from telecom_privacy.disclosure.finding.calls import CallSource
from telecom_privacy.disclosure.finding.kept import KeptSource
from telecom_privacy.disclosure.finding.owners import Owners
from telecom_privacy.disclosure.finding.parties import NamedParties
from telecom_privacy.disclosure.finding.records import RecordSource
from telecom_privacy.disclosure.finding.traffic import TrafficSource
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.looking import Looking
from telecom_privacy.disclosure.opening import CallOpening
from telecom_privacy.disclosure.package.model import Operator
from telecom_privacy.disclosure.preservation import Preservation
from telecom_privacy.disclosure.privilege import Privileges
from telecom_privacy.disclosure.recipients import Recipients
from telecom_privacy.disclosure.scope import DisclosureScope
from telecom_privacy.disclosure.sealing import Sealing
from telecom_privacy.disclosure.witness import LogWitness, SealingTurn
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases
from telecom_privacy.traffic.finding import TrafficFinder


@dataclass(frozen=True)
class Answering:
    """What is found, kept and given for an order."""

    looking: Looking
    preservation: Preservation
    sealing: Sealing
    recipients: Recipients

    @property
    def services(self) -> tuple[object, ...]:
        """What routes look up."""
        return (self.looking, self.preservation, self.sealing, self.recipients)


@dataclass(frozen=True)
class _Finders:
    traffic: TrafficFinder
    calls: CallFinder
    parties: NamedParties
    stated: StatedProfessions

    @cached_property
    def owners(self) -> Owners:
        return Owners(self.traffic, self.stated)

    @cached_property
    def source(self) -> TrafficSource:
        return TrafficSource(self.traffic, self.owners, self.parties)


def build_answering(
    settings: Settings,
    databases: Databases,
    core: Core,
    stored: Stored,
    parties: Parties,
    calls: Calls,
    records: Records,
    holds: Holds,
    signer: PackageSigner,
    disclosure: Disclosure,
) -> Answering:
    clock, register, law = core.clock, disclosure.register, disclosure.law
    finders = _Finders(
        TrafficFinder(stored.traffic, core.keys),
        CallFinder(stored.calls, calls.opener, core.keys),
        NamedParties(parties.clients, parties.licences),
        parties.professions,
    )
    scope = _scope(core, parties, records, holds, disclosure, finders)
    opening = CallOpening(finders.traffic, finders.calls, holds.withheld, finders.parties)
    contents = ContentOpening(
        records.about, finders.calls, holds.withheld, core.reader, finders.parties
    )
    delivering = Delivering(law, scope, opening, contents, Operator(settings.operator_name))
    return Answering(
        looking=Looking(register, disclosure.reading, scope, opening, contents, clock),
        preservation=Preservation(
            register, law, holds.service, _case_holds(law, holds, finders), clock
        ),
        sealing=Sealing(
            register,
            disclosure.second,
            scope,
            delivering,
            disclosure.files,
            LogWitness(core.audit, clock),
            SealingTurn(databases.bulk, clock),
            signer.sign,
            clock,
        ),
        recipients=Recipients(clock),
    )


def _case_holds(law: ApplicableLaw, holds: Holds, finders: _Finders) -> CaseHolds:
    parties = finders.parties
    return CaseHolds(holds.service, finders.calls, parties, finders.source, law.zone)


def _scope(
    core: Core,
    parties: Parties,
    records: Records,
    holds: Holds,
    disclosure: Disclosure,
    finders: _Finders,
) -> DisclosureScope:
    traffic, owners = finders.source, finders.owners
    calls = CallSource(finders.calls, traffic, owners, finders.parties)
    return DisclosureScope(
        disclosure.law,
        Privileges(parties.clients, parties.licences, parties.professions),
        traffic,
        calls,
        RecordSource(records.about, traffic, calls, finders.parties),
        KeptSource(holds.withheld, holds.service, owners),
        owners,
        core.clock,
    )
