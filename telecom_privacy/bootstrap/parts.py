"""Wiring what stores and serves: keys and log, parties, calls, recordings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telecom_privacy.accounts.repository import ApiKeyRepository
from telecom_privacy.accounts.service import AccountService
from telecom_privacy.audit.model import Event
from telecom_privacy.audit.openings import Openings
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.deletion import CallDeletion
from telecom_privacy.calls.drafts import Drafting
from telecom_privacy.calls.erasers import CallEraser, RecordingEraser
from telecom_privacy.calls.index import CallIndex
from telecom_privacy.calls.index_repository import CallIndexRepository
from telecom_privacy.calls.ingest import CallIngest
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.calls.search import CallSearch
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.anonymisation import LicencePlaceholders
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.repository import (
    ClientRepository,
    LicenceRepository,
)
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.clock import Clock
from telecom_privacy.content.intake import ContentIntake
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.crypto.signing import SigningKey
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.schedule_repository import ScheduleRepository
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import VERSION, ContentVersions, ReplacedVersions
from telecom_privacy.erasure.withheld import WITHHELD, DataEraser
from telecom_privacy.holds.eraser import WithheldEraser
from telecom_privacy.holds.guard import ActiveHolds
from telecom_privacy.holds.repository import HoldRepository, WithheldRepository
from telecom_privacy.keys.audit_sealer import AuditDetailSealer
from telecom_privacy.keys.local_file import LocalFileProvider
from telecom_privacy.keys.model import Node, signing_node
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_repository import RotationRepository
from telecom_privacy.keys.service import KeyService, node_details
from telecom_privacy.keys.setup import check_roots
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.numbers import NumberReader
from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.model import Category
from telecom_privacy.recordings.admission import Admission
from telecom_privacy.recordings.service import RecordingService
from telecom_privacy.recordings.upload import Upload
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.erasers import RecordEraser
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.settings import Settings
from telecom_privacy.statistics.repository import StatisticsRepository
from telecom_privacy.statistics.service import StatisticsService
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.mongo import Databases
from telecom_privacy.storage.newest_call import NewestCall
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.storage.watermark import StoredWatermark
from telecom_privacy.traffic.index import TrafficIndex
from telecom_privacy.traffic.repository import TrafficRepository
from telecom_privacy.traffic.service import TrafficService

_SYSTEM = "system"


@dataclass(frozen=True)
class Stored:
    """The repositories of the bulk data, and the ledger of its erasure."""

    erasures: ErasureRepository
    schedule: ScheduleRepository
    newest_call: NewestCall
    holds: HoldRepository
    withheld: WithheldRepository
    clients: ClientRepository
    licences: LicenceRepository
    api_keys: ApiKeyRepository
    calls: CallRepository
    traffic: TrafficRepository
    records: RecordRepository
    segments: SegmentStore
    statistics: StatisticsRepository


@dataclass(frozen=True)
class Core:
    """What everything else stands on."""

    clock: Clock
    provider: KeyProvider
    rotation: KeyRotation
    epoch: Epoch
    keys: KeyService
    audit: AuditLog
    openings: Openings
    signer: SigningKey
    eraser: Eraser
    versions: ContentVersions
    schedule: Schedule
    intake: ContentIntake
    reader: ContentReader
    statistics: StatisticsService


@dataclass(frozen=True)
class Parties:
    """Who is served, on what terms, and who may ask."""

    terms: TermSettings
    clients: ClientService
    licences: LicenceService
    placeholders: LicencePlaceholders
    accounts: AccountService


@dataclass(frozen=True)
class Calls:
    """Calls and the operator's own copies of them."""

    opener: CallOpener
    calls: CallService
    search: CallSearch
    deletion: CallDeletion
    traffic: TrafficService
    numbers: NumberReader
    index: CallIndex
    traffic_index: TrafficIndex
    intake: CallIntake
    ingest: CallIngest


def build_stored(settings: Settings, databases: Databases) -> Stored:
    bulk = databases.bulk
    return Stored(
        erasures=ErasureRepository(databases.audit),
        schedule=ScheduleRepository(bulk),
        newest_call=NewestCall(bulk),
        holds=HoldRepository(databases.audit),
        withheld=WithheldRepository(bulk),
        clients=ClientRepository(bulk),
        licences=LicenceRepository(bulk),
        api_keys=ApiKeyRepository(bulk),
        calls=CallRepository(bulk, settings.tombstone_time),
        traffic=TrafficRepository(bulk),
        records=RecordRepository(bulk, settings.tombstone_time),
        segments=SegmentStore(bulk),
        statistics=StatisticsRepository(bulk),
    )


def build_core(settings: Settings, databases: Databases, stored: Stored, clock: Clock) -> Core:
    provider = LocalFileProvider.load(settings.key_dir)
    repository = KeyRepository(databases.keystore)
    check_roots(provider, repository)
    epoch = Epoch(databases.keystore)
    # The log's own keys come before it: no entry tells that they were made.
    unlogged = KeyTree(repository, provider, epoch, clock, _say_nothing)
    signer = SigningKey(settings.log_name, unlogged.current(signing_node()).key)
    entries = AuditRepository(databases.audit)
    watermark = StoredWatermark(databases.keystore)
    audit = AuditLog(entries, AuditDetailSealer(unlogged), signer, watermark)
    tree = KeyTree(repository, provider, epoch, clock, _key_log(audit, clock))
    keys = KeyService(repository, tree, clock, stored.erasures)
    moves = RotationRepository(databases.keystore)
    rotation = KeyRotation(moves, repository, tree, keys, provider, epoch, clock)
    holds = ActiveHolds(stored.holds, stored.withheld, keys)
    statistics = StatisticsService(stored.statistics, stored.erasures.has_open, clock)
    erasers = _data_erasers(stored)
    eraser = Eraser(stored.erasures, keys, audit, epoch, clock, erasers, holds, statistics)
    return Core(
        clock=clock,
        provider=provider,
        rotation=rotation,
        epoch=epoch,
        keys=keys,
        audit=audit,
        openings=Openings(audit, entries),
        signer=signer,
        eraser=eraser,
        schedule=Schedule(stored.schedule, clock),
        versions=ContentVersions(keys, eraser, stored.withheld),
        intake=ContentIntake(stored.segments, keys, audit, signer, clock),
        reader=ContentReader(stored.segments),
        statistics=statistics,
    )


def _say_nothing(node: Node) -> None:
    del node


def _key_log(audit: AuditLog, clock: Clock) -> Callable[[Node], None]:
    def log_creating(node: Node) -> None:
        client_id = node.client_id if node.client_id.int else None
        event = Event("key.created", _SYSTEM, clock.now(), client_id, node_details(node))
        audit.append([event])

    return log_creating


class _DataErasers(dict[str, DataEraser]):
    """By category; any that is not named is one of the generic records."""

    def __init__(self, named: Mapping[str, DataEraser], records: RecordEraser) -> None:
        super().__init__(named)
        self._records = records

    def __missing__(self, category: str) -> DataEraser:
        return self._records


def _data_erasers(stored: Stored) -> Mapping[str, DataEraser]:
    named: Mapping[str, DataEraser] = {
        Category.RECORDING: RecordingEraser(stored.calls, stored.segments),
        Category.CALL: CallEraser(stored.calls),
        Category.TRAFFIC: stored.traffic,
        Category.LICENCE: stored.licences,
        Category.CLIENT: stored.clients,
        VERSION: ReplacedVersions(stored.withheld),
        WITHHELD: WithheldEraser(stored.withheld, stored.segments),
    }
    return _DataErasers(named, RecordEraser(stored.records, stored.segments))


def build_parties(settings: Settings, core: Core, stored: Stored) -> Parties:
    keys, versions, audit = core.keys, core.versions, core.audit
    epoch, clock = core.epoch, core.clock
    policies = load_policies(settings.config_dir / "policies")
    terms = TermSettings(policies, settings.time_zone, settings.shortening_grace)
    schedule = core.schedule
    clients = ClientService(stored.clients, keys, versions, schedule, audit, epoch, clock, terms)
    licences = LicenceService(
        stored.licences, keys, versions, core.eraser, schedule, audit, epoch, clock
    )
    accounts = AccountService(
        stored.api_keys, keys, versions, clients, licences, audit, epoch, clock
    )
    placeholders = LicencePlaceholders(
        stored.licences, licences, keys, versions, core.eraser, audit, clock
    )
    return Parties(terms, clients, licences, placeholders, accounts)


def build_calls(
    settings: Settings, databases: Databases, core: Core, stored: Stored, parties: Parties
) -> Calls:
    keys, audit, clock = core.keys, core.audit, core.clock
    opener = CallOpener(keys, clock)
    numbers = NumberReader(settings.default_region)
    traffic = TrafficService(stored.traffic, keys, audit, clock)
    catalogue = Catalogue(clock)
    drafting = Drafting(parties.licences, catalogue, keys, clock)
    index = CallIndex(CallIndexRepository(databases.bulk), keys)
    deletion = CallDeletion(stored.calls, core.eraser, clock)
    return Calls(
        opener=opener,
        calls=CallService(stored.calls, opener, core.versions, deletion, catalogue, audit, clock),
        search=CallSearch(stored.calls, opener, parties.licences, keys, audit, clock),
        deletion=deletion,
        traffic=traffic,
        numbers=numbers,
        index=index,
        traffic_index=TrafficIndex(stored.traffic, keys),
        intake=CallIntake(clock, numbers, settings.max_batch_bytes),
        ingest=CallIngest(
            stored.calls,
            traffic,
            opener,
            drafting,
            index,
            keys,
            core.schedule,
            stored.newest_call,
            audit,
            core.signer,
            clock,
        ),
    )


def build_recordings(
    settings: Settings, core: Core, parties: Parties, calls: Calls
) -> tuple[Admission, Upload, RecordingService]:
    admission = Admission(core.clock, settings.time_zone)
    upload = Upload(
        parties.clients,
        calls.calls,
        calls.opener,
        admission,
        core.intake,
        core.keys,
        core.schedule,
        settings.max_recording_bytes,
    )
    recordings = RecordingService(
        calls.calls, calls.opener, core.reader, core.keys, core.openings, core.clock
    )
    return admission, upload, recordings
