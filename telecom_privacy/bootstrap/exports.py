"""Wiring what a client takes with it."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.policies.files import policies_digest
from telecom_privacy.reversibility.attempts import Attempts
from telecom_privacy.reversibility.bag import Bag
from telecom_privacy.reversibility.delivery import PackageReader
from telecom_privacy.reversibility.jobs import Jobs
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.payload import Payload
from telecom_privacy.reversibility.preparation import Preparation
from telecom_privacy.reversibility.service import ExportService
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.reversibility.signer_repository import SignerRepository
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases


@dataclass(frozen=True)
class Exports:
    """Packages: asked for, made, sent."""

    service: ExportService
    signer: PackageSigner
    jobs: Jobs
    preparation: Preparation


def build_exports(
    settings: Settings,
    databases: Databases,
    core: Core,
    stored: Stored,
    parties: Parties,
    calls: Calls,
    records: Records,
) -> Exports:
    keys, clock, exports = core.keys, core.clock, stored.exports
    terms = ObeyedTerms(policies_digest(settings.config_dir / "policies"))
    attempts = Attempts(exports, keys, core.versions, core.eraser, terms, clock)
    signer = PackageSigner(
        SignerRepository(databases.keystore), keys, clock, settings.operator_name
    )
    preparation = Preparation(
        exports,
        attempts,
        parties.clients,
        Payload(calls.search, records.search, calls.numbers),
        Bag(signer, settings.operator_name),
        stored.segments,
        core.schedule,
        clock,
        settings.export_time,
    )
    jobs = Jobs(exports, attempts, preparation, clock)
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
    return Exports(service, signer, jobs, preparation)
