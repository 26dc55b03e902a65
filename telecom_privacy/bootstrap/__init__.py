"""The one place where objects are wired."""

from dataclasses import dataclass

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.audit.refusal_log import AuditRefusalLog
from telecom_privacy.audit.refusals import Refusals
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap.activities import build_activities
from telecom_privacy.bootstrap.answering import build_answering
from telecom_privacy.bootstrap.breaches import build_breaches
from telecom_privacy.bootstrap.calls import build_calls, build_recordings
from telecom_privacy.bootstrap.core import build_core
from telecom_privacy.bootstrap.dashboard import build_dashboard
from telecom_privacy.bootstrap.disclosure import build_disclosure
from telecom_privacy.bootstrap.exports import build_exports
from telecom_privacy.bootstrap.holds import build_holds
from telecom_privacy.bootstrap.notices import Noticing, build_notices
from telecom_privacy.bootstrap.parties import build_parties
from telecom_privacy.bootstrap.persons import build_persons
from telecom_privacy.bootstrap.records import build_records
from telecom_privacy.bootstrap.retention import build_retention
from telecom_privacy.bootstrap.rights import build_rights
from telecom_privacy.bootstrap.stored import build_stored
from telecom_privacy.bootstrap.sweeper import build_chores, build_sweeper
from telecom_privacy.bootstrap.transparency import build_transparency
from telecom_privacy.calls.batch import CallBatch
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock, SystemClock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.disclosure.forgetting import ProfessionUpkeep
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.holds.upkeep import HoldUpkeep
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.maintenance import Maintenance
from telecom_privacy.retention.chores import Chores
from telecom_privacy.retention.clock_guard import ClockGuard
from telecom_privacy.retention.finality import Finality
from telecom_privacy.retention.replay import Replay
from telecom_privacy.retention.sweep import SweepService
from telecom_privacy.retention.sweeper import Sweeper
from telecom_privacy.reversibility.intake.service import PackageIntake
from telecom_privacy.reversibility.jobs import Jobs
from telecom_privacy.settings import Settings
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.mongo import Databases, connect


@dataclass(frozen=True)
class Services:
    """All services of a process. `start` its threads after forking; `close` them at the end."""

    settings: Settings
    databases: Databases
    epoch: Epoch
    audit: AuditLog
    refusals: Refusals
    refusal_log: AuditRefusalLog
    clock: Clock
    provider: KeyProvider
    accounts: AccountService
    clients: ClientService
    sweeps: SweepService
    chores: Chores
    sweeper: Sweeper
    guard: ClockGuard
    recovery: Recovery
    replay: Replay
    finality: Finality
    maintenance: Maintenance
    holds: HoldUpkeep
    exports: Jobs
    packages: PackageIntake
    noticing: Noticing
    all: tuple[object, ...]

    def start(self) -> None:
        self.epoch.start()
        self.maintenance.start()
        self.noticing.courier.start()

    def close(self) -> None:
        self.maintenance.stop()
        self.noticing.courier.stop()
        self.exports.stop()
        self.refusals.close(self.clock.now())
        self.epoch.stop()
        self.databases.close()

    def check_ready(self) -> None:
        """Raise `Unavailable` unless databases, keystore and key provider answer."""
        self.databases.ping()
        for root_id, (role, _) in self.provider.roots().items():
            probe = Binding("probe", role)
            self.provider.unwrap(root_id, self.provider.wrap(root_id, b"probe", probe), probe)


def build_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Wire the services of one process; `prepare` must have run. Raises `ConfigurationError`."""
    return wire(settings, connect(settings), clock or SystemClock())


def wire(settings: Settings, databases: Databases, clock: Clock) -> Services:
    """Wire the services of one process on databases that are connected already."""
    stored = build_stored(settings, databases)
    core = build_core(settings, databases, stored, clock)
    parties = build_parties(settings, core, stored)
    noticing = build_notices(settings, databases, core, stored, parties)
    calls = build_calls(settings, databases, core, stored, parties)
    holds = build_holds(settings, core, stored, parties)
    records = build_records(settings, core, stored, parties)
    persons = build_persons(core, stored, parties, calls, holds, records)
    retention = build_retention(settings, databases, core, stored, parties, calls, records, persons)
    admission, upload, recordings = build_recordings(settings, core, parties, calls)
    breaches = build_breaches(settings, core, parties, records)
    exports = build_exports(
        settings,
        databases,
        core,
        stored,
        parties,
        calls,
        records,
        retention,
        upload,
        persons,
        breaches,
    )
    rights = build_rights(
        settings, core, stored, parties, calls, records, noticing.notices, exports.signer
    )
    disclosure = build_disclosure(settings, core, stored, parties, calls, records)
    counts, policy = build_transparency(settings, core, stored, parties, disclosure)
    answering = build_answering(
        settings,
        databases,
        core,
        stored,
        parties,
        calls,
        records,
        holds,
        exports.signer,
        disclosure,
    )
    chores = build_chores(core, parties, retention, persons, rights, breaches, counts)
    refusals = Refusals(core.audit)
    return Services(
        settings=settings,
        databases=databases,
        epoch=core.epoch,
        audit=core.audit,
        refusals=refusals,
        refusal_log=AuditRefusalLog(core.audit, refusals, clock),
        clock=clock,
        provider=core.provider,
        accounts=parties.accounts,
        clients=parties.clients,
        sweeps=retention.sweeps,
        chores=chores,
        sweeper=build_sweeper(databases, core, parties, retention, chores),
        guard=retention.guard,
        recovery=retention.recovery,
        replay=retention.replay,
        finality=retention.finality,
        maintenance=Maintenance(
            databases.bulk,
            retention.recovery,
            calls.calls,
            records.service,
            core.statistics,
            holds.upkeep,
            answering.preservation,
            ProfessionUpkeep(parties.professions, parties.clients, holds.withheld),
            refusals,
            core.accesses,
            retention.guard,
            exports.jobs,
            clock,
        ),
        holds=holds.upkeep,
        exports=exports.jobs,
        packages=exports.intake,
        noticing=noticing,
        all=(
            core.audit,
            parties.accounts,
            parties.staff_keys,
            parties.clients,
            parties.contracts,
            parties.licences,
            core.statistics,
            calls.traffic,
            calls.calls,
            calls.search,
            calls.intake,
            calls.ingest,
            CallBatch(calls.ingest),
            core.reader,
            *records.services,
            *persons.services,
            calls.numbers,
            admission,
            upload,
            recordings,
            retention.certificates,
            retention.destruction,
            retention.sweeps,
            retention.preview,
            retention.anonymisation,
            *build_dashboard(settings, core, parties, calls, records, retention, exports),
            holds.service,
            holds.withheld,
            noticing.webhooks,
            noticing.deliveries,
            *build_activities(settings, core, parties, noticing),
            *breaches.services,
            *rights.services,
            *disclosure.services,
            counts,
            policy,
            *answering.services,
            noticing.recipients,
            exports.service,
            exports.signer,
        ),
    )
