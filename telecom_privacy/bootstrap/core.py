"""Wiring what everything else stands on: keys, log, eraser."""

from collections.abc import Callable
from dataclasses import dataclass

from telecom_privacy.audit.accesses import Accesses
from telecom_privacy.audit.model import Event
from telecom_privacy.audit.openings import Openings
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap.stored import Stored, data_erasers
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clock import Clock
from telecom_privacy.content.intake import ContentIntake
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.crypto.signing import SigningKey
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.holds.candidates import Candidates
from telecom_privacy.holds.comparing import NumberComparison
from telecom_privacy.holds.guard import ActiveHolds
from telecom_privacy.holds.marks import Marks
from telecom_privacy.keys.audit_sealer import AuditDetailSealer
from telecom_privacy.keys.local_file import LocalFileProvider
from telecom_privacy.keys.model import Node, signing_node
from telecom_privacy.keys.opened import CacheBounds, OpenedKeys
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_repository import RotationRepository
from telecom_privacy.keys.service import KeyService, node_details
from telecom_privacy.keys.setup import check_roots
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.notices.service import Notices
from telecom_privacy.numbers import NumberReader
from telecom_privacy.objections.service import Objections
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.reversibility.withdrawal import Packages
from telecom_privacy.settings import Settings
from telecom_privacy.statistics.service import StatisticsService
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.mongo import Databases
from telecom_privacy.storage.watermark import StoredWatermark

_SYSTEM = "system"


@dataclass(frozen=True)
class Core:
    """What everything else stands on."""

    clock: Clock
    provider: KeyProvider
    rotation: KeyRotation
    epoch: Epoch
    keys: KeyService
    audit: AuditLog
    accesses: Accesses
    openings: Openings
    signer: SigningKey
    eraser: Eraser
    versions: ContentVersions
    schedule: Schedule
    intake: ContentIntake
    reader: ContentReader
    statistics: StatisticsService
    notices: Notices
    restrictions: Restrictions
    objections: Objections


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
    sealer = AuditDetailSealer(unlogged)
    audit = AuditLog(entries, sealer, signer, watermark)
    tree = KeyTree(repository, provider, epoch, clock, _key_log(audit, clock))
    bounds = CacheBounds(settings.record_key_cache, settings.record_key_cache_seconds)
    opened = OpenedKeys(epoch, bounds)
    pages = PageRepository(databases.keystore)
    keys = KeyService(repository, pages, tree, clock, stored.erasures, opened)
    moves = RotationRepository(databases.keystore)
    rotation = KeyRotation(moves, repository, tree, keys, provider, epoch, clock)
    holds = active_holds(settings, stored, keys)
    statistics = StatisticsService(stored.statistics, stored.erasures.has_open, clock)
    notices = Notices(stored.webhooks, stored.deliveries, epoch, clock)
    erasers = data_erasers(stored, notices, clock)
    packages = Packages(stored.exports)
    eraser = Eraser(
        stored.erasures, keys, audit, epoch, clock, erasers, holds, statistics, packages
    )
    return Core(
        clock=clock,
        provider=provider,
        rotation=rotation,
        epoch=epoch,
        keys=keys,
        audit=audit,
        accesses=Accesses(entries, sealer),
        openings=Openings(audit, entries),
        signer=signer,
        eraser=eraser,
        schedule=Schedule(stored.schedule, clock),
        versions=ContentVersions(keys, eraser, stored.withheld),
        intake=ContentIntake(stored.segments, keys, audit, signer, clock),
        reader=ContentReader(stored.segments),
        statistics=statistics,
        notices=notices,
        objections=Objections(stored.objections, keys, ChangeLog(audit, clock), clock),
        restrictions=Restrictions(
            stored.restrictions, Marks(keys, NumberReader(settings.default_region)), epoch, clock
        ),
    )


def active_holds(settings: Settings, stored: Stored, keys: KeyService) -> ActiveHolds:
    numbers = NumberReader(settings.default_region)
    comparison = NumberComparison(keys, stored.withheld, numbers)
    candidates = Candidates(stored.holds, comparison, Marks(keys, numbers))
    return ActiveHolds(stored.holds, candidates, stored.withheld, keys, comparison)


def _say_nothing(node: Node) -> None:
    del node


def _key_log(audit: AuditLog, clock: Clock) -> Callable[[Node], None]:
    def log_creating(node: Node) -> None:
        client_id = node.client_id if node.client_id.int else None
        event = Event("key.created", _SYSTEM, clock.now(), client_id, node_details(node))
        audit.append([event])

    return log_creating
