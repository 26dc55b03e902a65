"""What happens once, before workers fork: root keys, indexes, the first admin key."""

import os
from pathlib import Path

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import wire
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.repository import ClientRepository, LicenceRepository
from telecom_privacy.clock import SystemClock
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.http.access import ApiRole
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.setup import create_roots_once
from telecom_privacy.policies.files import load_policies
from telecom_privacy.retention.repository import CertificateRepository
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases, connect
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.traffic.repository import TrafficRepository

_ACTOR = "system"


def prepare(settings: Settings) -> None:
    """Do once, before workers fork, what must not be done by several of them.

    Creates the root keys of an empty keystore, indexes, the signing key and the first admin key.
    Raises `ConfigurationError` or `Unavailable`.
    """
    clock = SystemClock()
    databases = connect(settings)
    try:
        databases.ping()
        load_policies(settings.config_dir / "policies")
        create_roots_once(settings.key_dir, KeyRepository(databases.keystore), clock)
        _create_indexes(databases, settings)
        services = wire(settings, databases, clock)
        services.audit.check_watermark()
        _write_verifier_key(services.audit, settings.data_dir)
        _issue_first_admin_key(services.accounts, settings.data_dir)
    finally:
        databases.close()


def _create_indexes(databases: Databases, settings: Settings) -> None:
    KeyRepository(databases.keystore).create_indexes()
    AuditRepository(databases.audit).create_indexes()
    ErasureRepository(databases.audit).create_indexes()
    CertificateRepository(databases.audit).create_indexes()
    ClientRepository(databases.bulk).create_indexes()
    LicenceRepository(databases.bulk).create_indexes()
    CallRepository(databases.bulk, settings.tombstone_time).create_indexes()
    TrafficRepository(databases.bulk).create_indexes()
    SegmentStore(databases.bulk).create_indexes()


def _write_verifier_key(audit: AuditLog, directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / "audit-key.pub").write_text(audit.verifier_key() + "\n")
    except OSError as error:
        reason = f"the data directory {directory} cannot be written: {error.strerror}"
        raise ConfigurationError(reason) from error


def _issue_first_admin_key(accounts: AccountService, directory: Path) -> None:
    if accounts.has_admin():
        return
    _, written = accounts.issue(_ACTOR, ApiRole.ADMIN, "first administrator")
    path = directory / "admin.key"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(written + "\n")
    print(f"First admin key, shown this once and kept in {path}: {written}", flush=True)
