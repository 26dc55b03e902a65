"""What happens once, before workers fork: root keys, indexes, the first admin key."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from telecom_privacy.accounts.first_key import issue_first_admin_key
from telecom_privacy.accounts.repository import ApiKeyRepository
from telecom_privacy.accounts.service import AccountService
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import wire
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.history import history_from
from telecom_privacy.clients.repository import ClientRepository, LicenceRepository
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.stated_repository import StatedProfessionRepository
from telecom_privacy.clock import Clock, SystemClock
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.schedule_repository import ScheduleRepository
from telecom_privacy.errors import ConfigurationError, Invalid
from telecom_privacy.holds.repository import HoldRepository
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.setup import create_roots_once
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository
from telecom_privacy.objections.repository import ObjectionRepository
from telecom_privacy.persons.repository import ErasureRequestRepository
from telecom_privacy.policies.files import load_policies
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.restrictions.repository import RestrictionRepository
from telecom_privacy.retention.certificate_repository import (
    CertificateRepository,
    TotalsRepository,
)
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.rights.repository import ForwardedRepository
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.statistics.repository import StatisticsRepository
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import Databases, connect
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.traffic.repository import TrafficRepository
from telecom_privacy.transparency.repository import TransparencyRepository

_LEASE = timedelta(seconds=10)


def prepare(settings: Settings) -> None:
    """Do once, before workers fork, what must not be done by several of them.

    Creates the root keys of an empty keystore, indexes, the signing key, the operator's own client
    and the first admin key.
    Raises `ConfigurationError` or `Unavailable`.
    """
    clock = SystemClock()
    databases = connect(settings)
    try:
        databases.ping()
        policies = load_policies(settings.config_dir / "policies")
        _require_policies(ClientRepository(databases.audit), policies)
        create_roots_once(settings.key_dir, KeyRepository(databases.keystore), clock)
        _create_indexes(databases, settings)
        services = wire(settings, databases, clock)
        services.audit.check_watermark()
        _ensure_operator(services.clients, settings.operator_policy)
        _write_verifier_key(services.audit, settings.data_dir)
        _issue_first_admin_key(services.accounts, databases, settings.data_dir, clock)
    finally:
        databases.close()


def _create_indexes(databases: Databases, settings: Settings) -> None:
    KeyRepository(databases.keystore).create_indexes()
    PageRepository(databases.keystore).create_indexes()
    ApiKeyRepository(databases.audit).create_indexes()
    AuditRepository(databases.audit).create_indexes()
    ErasureRepository(databases.audit).create_indexes()
    ScheduleRepository(databases.bulk).create_indexes()
    CertificateRepository(databases.audit).create_indexes()
    TotalsRepository(databases.audit).create_indexes()
    ClientRepository(databases.audit).create_indexes()
    LicenceRepository(databases.audit).create_indexes()
    CallRepository(databases.bulk, settings.tombstone_time).create_indexes()
    TrafficRepository(databases.bulk).create_indexes()
    RecordRepository(databases.bulk, settings.tombstone_time).create_indexes()
    SegmentStore(databases.bulk).create_indexes()
    HoldRepository(databases.audit).create_indexes()
    WithheldRepository(databases.bulk).create_indexes()
    StatisticsRepository(databases.bulk).create_indexes()
    TransparencyRepository(databases.bulk).create_indexes()
    ExportRepository(databases.bulk).create_indexes()
    ForwardedRepository(databases.bulk).create_indexes()
    WebhookRepository(databases.audit).create_indexes()
    DeliveryRepository(databases.bulk).create_indexes()
    RestrictionRepository(databases.audit).create_indexes()
    ObjectionRepository(databases.audit).create_indexes()
    ErasureRequestRepository(databases.audit).create_indexes()
    StatedProfessionRepository(databases.audit).create_indexes()


def _write_verifier_key(audit: AuditLog, directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / "audit-key.pub").write_text(audit.verifier_key() + "\n")
    except OSError as error:
        reason = f"the data directory {directory} cannot be written: {error.strerror}"
        raise ConfigurationError(reason) from error


def _issue_first_admin_key(
    accounts: AccountService, databases: Databases, directory: Path, clock: Clock
) -> None:
    path = directory / "admin.key"
    lease = Lease(databases.bulk, "first-admin-key", _LEASE)
    if written := issue_first_admin_key(accounts, lease, path, clock):
        print(f"First admin key, shown this once and kept in {path}: {written}", flush=True)


def _ensure_operator(clients: ClientService, policy: str) -> None:
    try:
        clients.ensure_operator(Access("system", ApiRole.ADMIN), policy)
    except Invalid as error:
        reason = f"{PREFIX}OPERATOR_POLICY: there is no policy {policy}"
        raise ConfigurationError(reason) from error


def _require_policies(clients: ClientRepository, policies: Collection[str]) -> None:
    """Stop the start if a policy that a client is or was bound to has no file."""
    histories = (history_from(client.history) for client in clients.fetch_all())
    bound = {change.policy for history in histories for change in history.policies}
    if missing := sorted(bound - set(policies)):
        names = ", ".join(missing)
        raise ConfigurationError(f"clients are bound to policies that have no file: {names}")
