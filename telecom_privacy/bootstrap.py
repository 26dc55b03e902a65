"""The one place where objects are wired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telecom_privacy.accounts.repository import ApiKeyRepository
from telecom_privacy.accounts.service import AccountService
from telecom_privacy.audit.model import Event
from telecom_privacy.audit.openings import Openings
from telecom_privacy.audit.refusal_log import AuditRefusalLog
from telecom_privacy.audit.refusals import Refusals
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.batch import CallBatch
from telecom_privacy.calls.drafts import Drafting
from telecom_privacy.calls.erasers import CallEraser, RecordingEraser
from telecom_privacy.calls.ingest import CallIngest
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.recovery import CallIntents, RecordingIntents
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.repository import ClientRepository, LicenceRepository
from telecom_privacy.clients.service import ClientService, TermSettings
from telecom_privacy.clock import Clock, SystemClock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.signing import SigningKey
from telecom_privacy.erasure.model import DataEraser
from telecom_privacy.erasure.recovery import DocumentIntents, IntentHandler, Recovery
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import VERSION, ContentVersions, ReplacedVersions
from telecom_privacy.keys.audit_sealer import AuditDetailSealer
from telecom_privacy.keys.local_file import LocalFileProvider
from telecom_privacy.keys.model import Node, signing_node
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.service import KeyService, node_details
from telecom_privacy.keys.setup import check_roots
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.maintenance import Maintenance
from telecom_privacy.numbers import NumberReader
from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.model import Category
from telecom_privacy.recordings.admission import Admission
from telecom_privacy.recordings.service import RecordingService
from telecom_privacy.recordings.upload import Upload
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.index_keys import IndexKeys
from telecom_privacy.retention.preview import PreviewService
from telecom_privacy.retention.repository import CertificateRepository, SweepRepository
from telecom_privacy.retention.sources import Sources
from telecom_privacy.retention.sweep import SweepService
from telecom_privacy.scope import Role
from telecom_privacy.settings import Settings
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.mongo import Databases, connect
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.storage.watermark import StoredWatermark
from telecom_privacy.traffic.repository import TrafficRepository
from telecom_privacy.traffic.service import TrafficService

_SYSTEM = "system"


@dataclass(frozen=True)
class Core:
    """What everything else stands on."""

    provider: KeyProvider
    epoch: Epoch
    keys: KeyService
    audit: AuditLog
    audit_repository: AuditRepository
    signer: SigningKey


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
    recovery: Recovery
    maintenance: Maintenance
    all: tuple[object, ...]

    def start(self) -> None:
        self.epoch.start()
        self.maintenance.start()

    def close(self) -> None:
        self.maintenance.stop()
        self.refusals.close(self.clock.now())
        self.epoch.stop()
        self.databases.close()

    def check_ready(self) -> None:
        """Raise `Unavailable` unless databases, keystore and key provider answer."""
        self.databases.ping()
        for role in Role:
            probe = Binding("probe", role)
            root_id, wrapped = self.provider.wrap(role, b"probe", probe)
            self.provider.unwrap(root_id, wrapped, probe)


def build_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Wire the services of one process; `prepare` must have run. Raises `ConfigurationError`."""
    return wire(settings, connect(settings), clock or SystemClock())


def _core(settings: Settings, databases: Databases, clock: Clock) -> Core:
    provider = LocalFileProvider.load(settings.key_dir)
    key_repository = KeyRepository(databases.keystore)
    check_roots(provider, key_repository)
    epoch = Epoch(databases.keystore)
    tree = KeyTree(key_repository, provider, epoch, clock)
    signer = SigningKey(settings.log_name, tree.current(signing_node()).key)
    audit_repository = AuditRepository(databases.audit)
    audit = AuditLog(
        audit_repository, AuditDetailSealer(tree), signer, StoredWatermark(databases.keystore)
    )

    def log_creating(node: Node) -> None:
        client_id = node.client_id if node.client_id.int else None
        event = Event("key.created", _SYSTEM, clock.now(), client_id, node_details(node))
        audit.append([event])

    tree.creating = log_creating
    keys = KeyService(key_repository, tree, clock)
    return Core(provider, epoch, keys, audit, audit_repository, signer)


def wire(settings: Settings, databases: Databases, clock: Clock) -> Services:
    """Wire the services of one process on databases that are connected already."""
    core = _core(settings, databases, clock)
    bulk, keys, audit, epoch = databases.bulk, core.keys, core.audit, core.epoch
    zone = settings.time_zone
    segments = SegmentStore(bulk)
    call_repository = CallRepository(bulk, settings.tombstone_time)
    traffic_repository = TrafficRepository(bulk)
    client_repository, licence_repository = ClientRepository(bulk), LicenceRepository(bulk)
    data_erasers: Mapping[str, DataEraser] = {
        Category.RECORDING: RecordingEraser(call_repository, segments),
        Category.CALL: CallEraser(call_repository),
        Category.TRAFFIC: traffic_repository,
        Category.LICENCE: licence_repository,
        Category.CLIENT: client_repository,
        VERSION: ReplacedVersions(),
    }
    eraser = Eraser(ErasureRepository(databases.audit), keys, audit, clock, data_erasers)
    keys.was_erased = eraser.was_erased
    versions = ContentVersions(keys, eraser)
    policies = load_policies(settings.config_dir / "policies")
    terms = TermSettings(policies, zone, settings.shortening_grace)
    clients = ClientService(client_repository, keys, versions, audit, epoch, clock, terms)
    licences = LicenceService(licence_repository, keys, versions, eraser, audit, epoch, clock)
    accounts = AccountService(
        ApiKeyRepository(bulk), keys, versions, clients, licences, audit, epoch, clock
    )
    traffic = TrafficService(traffic_repository, keys, audit, clock)
    opener = CallOpener(keys, clock)
    calls = CallService(call_repository, opener, licences, keys, versions, eraser, audit, clock)
    numbers = NumberReader(settings.default_region)
    intake = CallIntake(clock, numbers, settings.max_batch_bytes)
    ingest = CallIngest(
        call_repository,
        traffic,
        opener,
        Drafting(licences, keys, clock),
        keys,
        audit,
        core.signer,
        clock,
    )
    admission = Admission(clock, zone)
    upload = Upload(
        calls,
        opener,
        admission,
        segments,
        keys,
        audit,
        core.signer,
        clock,
        settings.max_recording_bytes,
    )
    openings = Openings(audit, core.audit_repository)
    recordings = RecordingService(calls, opener, segments, keys, openings, clock)
    handlers: Mapping[str, IntentHandler] = {
        "document": DocumentIntents(bulk, eraser),
        "calls": CallIntents(call_repository, traffic, eraser),
        "recording": RecordingIntents(call_repository, segments),
    }
    recovery = Recovery(keys, eraser, handlers, clock)
    sources: Sources = {
        Category.RECORDING: calls.due_recordings,
        Category.CALL: calls.due,
        Category.LICENCE: licences.due,
        Category.TRAFFIC: traffic.due,
        Category.CLIENT: clients.due,
    }
    certificates = CertificateService(
        CertificateRepository(databases.audit),
        eraser,
        audit,
        core.signer,
        clock,
        zone,
        timedelta(days=settings.keystore_backup_days),
    )
    sweeps = SweepService(
        SweepRepository(bulk),
        clients,
        sources,
        eraser,
        recovery,
        certificates,
        IndexKeys(keys, calls, traffic, audit),
        clock,
    )
    refusals = Refusals(audit)
    found: tuple[Any, ...] = (
        audit,
        accounts,
        clients,
        licences,
        traffic,
        calls,
        intake,
        ingest,
        CallBatch(ingest, intake),
        numbers,
        admission,
        upload,
        recordings,
        certificates,
        sweeps,
        PreviewService(clients, sources, clock, zone),
    )
    return Services(
        settings=settings,
        databases=databases,
        epoch=epoch,
        audit=audit,
        refusals=refusals,
        refusal_log=AuditRefusalLog(audit, refusals, clock),
        clock=clock,
        provider=core.provider,
        accounts=accounts,
        clients=clients,
        sweeps=sweeps,
        recovery=recovery,
        maintenance=Maintenance(bulk, recovery, calls, refusals, clock),
        all=found,
    )
