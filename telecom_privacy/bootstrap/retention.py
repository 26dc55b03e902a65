"""Wiring what erases when time is over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from telecom_privacy.accounts.repository import API_KEYS
from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.persons import Persons
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.calls.recovery import CallIntents, RecordingIntents
from telecom_privacy.calls.repository import CALLS
from telecom_privacy.clients.repository import (
    CLIENTS,
    LICENCES,
)
from telecom_privacy.clients.stated_repository import PROFESSIONS
from telecom_privacy.clock import SystemClock
from telecom_privacy.erasure.certified import CertifiedLedger
from telecom_privacy.erasure.certified_repository import CertifiedRepository
from telecom_privacy.erasure.copies import EXPORT
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.erasure.recovery import (
    DocumentIntents,
    IntentHandler,
    KeyHolder,
    Recovery,
)
from telecom_privacy.holds.repository import HOLDS
from telecom_privacy.notices.repository import WEBHOOKS
from telecom_privacy.persons.repository import PERSON_ERASURES
from telecom_privacy.policies.files import policies_digest
from telecom_privacy.policies.model import Category, Policy
from telecom_privacy.records.consent import ReviewedRecords
from telecom_privacy.records.due import DueAfterItsRecords, DueRecords
from telecom_privacy.records.recovery import CONTENT_INTENT, ContentIntents
from telecom_privacy.records.repository import RECORDS
from telecom_privacy.retention.anonymisation import LicenceAnonymisation
from telecom_privacy.retention.certificate_repository import (
    CertificateRepository,
    TotalsRepository,
)
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.clock_guard import ClockGuard
from telecom_privacy.retention.contract_end import ContractEnds
from telecom_privacy.retention.counting import Counting
from telecom_privacy.retention.destruction import DestructionService
from telecom_privacy.retention.finality import LEASE, Finality, TokenIndex
from telecom_privacy.retention.index_keys import IndexKeys
from telecom_privacy.retention.preview import PreviewService
from telecom_privacy.retention.reindexing import Reindexing
from telecom_privacy.retention.replay import Replay
from telecom_privacy.retention.repository import ClockRepository, SweepRepository
from telecom_privacy.retention.sources import Kind, Sources
from telecom_privacy.retention.sweep import SweepService
from telecom_privacy.retention.upkeep import Reconciliation
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.repository import EXPORTS
from telecom_privacy.reversibility.withdrawal import DuePackages
from telecom_privacy.scope import Role
from telecom_privacy.settings import Settings
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import Databases


@dataclass(frozen=True)
class Retention:
    """What erases when time is over."""

    recovery: Recovery
    certificates: CertificateService
    destruction: DestructionService
    sweeps: SweepService
    preview: PreviewService
    anonymisation: LicenceAnonymisation
    replay: Replay
    finality: Finality
    sources: Sources
    index_keys: IndexKeys
    ends: ContractEnds
    reconciliation: Reconciliation
    guard: ClockGuard


def build_retention(
    settings: Settings,
    databases: Databases,
    core: Core,
    stored: Stored,
    parties: Parties,
    calls: Calls,
    records: Records,
    persons: Persons,
) -> Retention:
    clock, zone = core.clock, settings.time_zone
    handlers = _intent_handlers(core, stored, calls, records)
    totals = TotalsRepository(databases.audit)
    certified = CertifiedLedger(CertifiedRepository(databases.audit), clock)
    counting = Counting(totals, certified, clock, zone)
    certificates = CertificateService(
        CertificateRepository(databases.audit),
        totals,
        counting,
        core.notices,
        core.audit,
        core.signer,
        clock,
        zone,
        timedelta(days=settings.keystore_backup_days),
    )
    destruction = DestructionService(totals, counting, certified, core.audit, clock, zone)
    anonymisation = LicenceAnonymisation(
        parties.placeholders,
        (calls.deletion, records.deletion),
        certificates,
        core.keys,
        core.epoch,
        clock,
    )
    # In this order: what a consent that is to be erased, too, leads to comes before it.
    deletions = (
        calls.deletion,
        records.proofs,
        records.consents,
        records.deletion,
        anonymisation,
        persons.restricting,
        persons.erasing,
    )
    recovery = Recovery(core.keys, core.eraser, handlers, deletions, core.schedule, clock)
    policies = policies_digest(settings.config_dir / "policies")
    sources = _sources(stored, parties, calls, ObeyedTerms(policies))
    guard = ClockGuard(
        clock_repository := ClockRepository(databases.bulk),
        clock,
        clock_repository.fetch_server_time if isinstance(clock, SystemClock) else None,
        core.audit,
        settings.clock_absence,
    )
    ends = ContractEnds(
        parties.clients, sources, records.proofs, core.eraser, core.notices, core.audit, clock, zone
    )
    reconciliation = Reconciliation(core.schedule, parties.clients, policies)
    index_keys = IndexKeys(
        core.keys, parties.clients, parties.terms, calls.calls, calls.traffic, core.eraser
    )
    sweeps = SweepService(
        SweepRepository(databases.bulk),
        parties.clients,
        sources,
        core.eraser,
        recovery,
        certificates,
        index_keys,
        ends,
        core.schedule,
        reconciliation,
        guard,
        clock,
    )
    of_records = {kind: due for kind, due in sources.items() if kind[0] != EXPORT}
    preview = PreviewService(parties.clients, of_records, clock, zone)
    ledger = Ledger(stored.erasures)
    indexes: Mapping[Role, TokenIndex] = {
        Role.PROCESSOR: calls.index,
        Role.CONTROLLER: calls.traffic_index,
    }
    reindexing = Reindexing(core.keys, parties.clients.ids, indexes, records.subjects)
    replay = Replay(ledger, core.eraser, recovery, reindexing, core.epoch, core.audit, clock)
    finality = Finality(
        core.rotation,
        ledger,
        recovery,
        indexes,
        records.subjects,
        certificates,
        core.audit,
        Lease(databases.keystore, "rotation-lease", LEASE, outlasts_clocks=True),
        clock,
    )
    return Retention(
        recovery,
        certificates,
        destruction,
        sweeps,
        preview,
        anonymisation,
        replay,
        finality,
        sources,
        index_keys,
        ends,
        reconciliation,
        guard,
    )


def _intent_handlers(
    core: Core, stored: Stored, calls: Calls, records: Records
) -> Mapping[str, IntentHandler]:
    holders: Mapping[str, KeyHolder] = {
        CLIENTS: stored.clients,
        LICENCES: stored.licences,
        PROFESSIONS: stored.professions,
        API_KEYS: stored.api_keys,
        CALLS: stored.calls,
        HOLDS: stored.holds,
        EXPORTS: stored.exports,
        PERSON_ERASURES: stored.person_erasures,
        WEBHOOKS: stored.webhooks,
        RECORDS: ReviewedRecords(stored.records, records.consents, records.subjects),
    }
    return {
        "document": DocumentIntents(holders, core.eraser, stored.withheld),
        "calls": CallIntents(stored.calls, calls.traffic, core.eraser, core.audit, core.clock),
        "recording": RecordingIntents(stored.calls, stored.segments, core.audit, core.clock),
        CONTENT_INTENT: ContentIntents(stored.records, stored.segments, core.audit, core.clock),
    }


def _sources(stored: Stored, parties: Parties, calls: Calls, obeyed: ObeyedTerms) -> Sources:
    first: Sources = {
        (Category.RECORDING, Role.PROCESSOR): calls.calls.due_recordings,
        (Category.CALL, Role.PROCESSOR): calls.calls.due,
        (Category.LICENCE, Role.PROCESSOR): parties.licences.due,
        (Category.TRAFFIC, Role.CONTROLLER): calls.traffic.due,
    }
    records = {
        (category, role): DueRecords(stored.records, category, role)
        for category, role in sorted(_record_kinds(parties.terms.policies.values()))
    }
    client = DueAfterItsRecords(stored.records, parties.clients.due)
    packages = {(EXPORT, Role.PROCESSOR): DuePackages(stored.exports, obeyed)}
    return {**packages, **first, **records, (Category.CLIENT, Role.CONTROLLER): client}


def _record_kinds(policies: Iterable[Policy]) -> set[Kind]:
    """The kinds of generic records that any policy declares."""
    return {
        (rule.category, rule.role)
        for policy in policies
        for version in policy.versions
        for rule in version.rules
        if rule.category not in tuple(Category)
    }
