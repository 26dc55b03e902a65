"""Wiring what a client takes with it."""

from dataclasses import dataclass
from pathlib import Path

from telecom_privacy.bootstrap.breaches import Breaches
from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.persons import Persons
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.retention import Retention
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.calls.batch import CallBatch
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.timestamp_authority import TimestampAuthority
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.files import policies_digest
from telecom_privacy.recordings.upload import Upload
from telecom_privacy.reversibility.attempts import Attempts
from telecom_privacy.reversibility.bag import Bag
from telecom_privacy.reversibility.delivery import PackageReader
from telecom_privacy.reversibility.intake.calls import CallsIntake
from telecom_privacy.reversibility.intake.clients import ClientIntake
from telecom_privacy.reversibility.intake.records import RecordsIntake
from telecom_privacy.reversibility.intake.restrictions import RestrictingAgain
from telecom_privacy.reversibility.intake.service import PackageIntake
from telecom_privacy.reversibility.jobs import Jobs
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.page.facts import PageFacts
from telecom_privacy.reversibility.page.part import Pages
from telecom_privacy.reversibility.parts import Parts
from telecom_privacy.reversibility.payload import Payload
from telecom_privacy.reversibility.preparation import Preparation
from telecom_privacy.reversibility.selection import Readers
from telecom_privacy.reversibility.service import ExportService
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.reversibility.signer_repository import SignerRepository
from telecom_privacy.reversibility.stamping import Stamping
from telecom_privacy.reversibility.tables.part import Sources, Tables
from telecom_privacy.reversibility.telling import Telling
from telecom_privacy.reversibility.vcon.part import Vcons
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases


@dataclass(frozen=True)
class Exports:
    """Packages: asked for, made, sent."""

    service: ExportService
    signer: PackageSigner
    jobs: Jobs
    preparation: Preparation
    intake: PackageIntake


def build_exports(
    settings: Settings,
    databases: Databases,
    core: Core,
    stored: Stored,
    parties: Parties,
    calls: Calls,
    records: Records,
    retention: Retention,
    upload: Upload,
    persons: Persons,
    breaches: Breaches,
) -> Exports:
    keys, clock, exports = core.keys, core.clock, stored.exports
    terms = ObeyedTerms(policies_digest(settings.config_dir / "policies"))
    attempts = Attempts(exports, keys, core.versions, core.eraser, terms, clock)
    signer = PackageSigner(
        SignerRepository(databases.keystore),
        keys,
        clock,
        settings.operator_name,
        _own_signer(settings),
    )
    readers = Readers(calls.search, records.search, parties.licences, calls.numbers)
    sources = Sources(
        parties.clients,
        retention.certificates,
        core.accesses,
        breaches.service,
        parties.staff_keys,
    )
    parts: list[Parts] = [Tables(sources), Vcons(signer), Pages()]
    preparation = Preparation(
        exports,
        attempts,
        parties.clients,
        terms,
        Payload(readers, parts, PageFacts(settings.operator_name, settings.time_zone)),
        Bag(signer, settings.operator_name, _stamping(settings)),
        stored.segments,
        core.schedule,
        clock,
        settings.export_time,
    )
    telling = Telling(exports, core.notices, clock)
    jobs = Jobs(exports, attempts, preparation, telling, clock)
    service = ExportService(
        exports,
        attempts,
        jobs,
        PackageReader(exports, keys, core.reader),
        parties.clients,
        terms,
        core.openings,
        ChangeLog(core.audit, clock),
        clock,
    )
    intake = _build_intake(core, parties, calls, records, upload, persons)
    return Exports(service, signer, jobs, preparation, intake)


def _build_intake(
    core: Core,
    parties: Parties,
    calls: Calls,
    records: Records,
    upload: Upload,
    persons: Persons,
) -> PackageIntake:
    restricting = RestrictingAgain(persons.restricting)
    return PackageIntake(
        ClientIntake(parties.clients, parties.licences),
        CallsIntake(CallBatch(calls.ingest), calls.intake, upload, restricting),
        RecordsIntake(
            records.catalogue, records.writer, records.events, records.upload, restricting
        ),
        ChangeLog(core.audit, core.clock),
    )


def _own_signer(settings: Settings) -> CertifiedKey | None:
    """The operator's own key for packages, from its PKI."""
    key, certificate = settings.package_key, settings.package_certificate
    if key is None or certificate is None:
        return None
    return CertifiedKey.load(_read(key), _read(certificate))


def _stamping(settings: Settings) -> Stamping | None:
    url, certificates = settings.timestamp_url, settings.timestamp_certificates
    if url is None or certificates is None:
        return None
    return Stamping(TimestampAuthority(url, _read(certificates)))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
