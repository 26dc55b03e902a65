"""`import package`: what a client takes along from elsewhere is stored here."""

import argparse
import sys
from pathlib import Path

from telecom_privacy.commands.connection import connected
from telecom_privacy.commands.parsing import ACTOR, Commands, add_command, add_group
from telecom_privacy.errors import ConfigurationError, Invalid
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.reversibility.intake.report import Refused, Report, reason_in_words
from telecom_privacy.reversibility.intake.source import PackageSource
from telecom_privacy.settings import Settings
from telecom_privacy.verify import proofs
from telecom_privacy.verify.package import VerifiedPackage, opened_package


def register(commands: Commands) -> None:
    kinds = add_group(commands, "import", "store what comes from elsewhere")
    package = add_command(
        kinds, "package", _import_package, "what a package holds, for one client; may be repeated"
    )
    package.add_argument("file", type=Path, help="the archive, or the folder unpacked from it")
    package.add_argument("--client", required=True, help="the client's id here; made if it is new")
    package.add_argument("--policy", help="the policy of a new client, if not that of the package")
    package.add_argument("--certificate", type=Path, help="of the operator that made it (PEM)")
    package.add_argument(
        "--timestamp-authority", type=Path, help="root certificates for its time stamp (PEM)"
    )


def _import_package(options: argparse.Namespace, settings: Settings) -> int:
    certificates = proofs.given(options.certificate)
    authorities = proofs.given(options.timestamp_authority)
    with opened_package(options.file, certificates, authorities) as (package, verified):
        if certificates is None:
            _warn(verified)
        source, report = PackageSource(package), Report(_tell, _show_progress)
        access = Access(ACTOR, ApiRole.PLATFORM)
        with connected(settings) as services:
            try:
                services.packages.take(access, source, options.client, options.policy, report)
            except Invalid as error:
                raise ConfigurationError(f"the client: {reason_in_words(error)}") from error
    return _conclude(report)


def _warn(verified: VerifiedPackage) -> None:
    print(
        f"the package is whole, and signed by {verified.signed.name}; that this is its operator is"
        " not known without --certificate PEM, from the operator itself"
        f" (SHA-256 {verified.signed.fingerprint})",
        file=sys.stderr,
    )


def _tell(refused: Refused) -> None:
    print(f"not imported: {refused.place}: {refused.reason}")


def _show_progress(report: Report) -> None:
    done = report.stored + report.known
    line = ", ".join(f"{count} {table}" for table, count in done.items())
    print(f"\r{line}", end="", file=sys.stderr, flush=True)


def _conclude(report: Report) -> int:
    print(file=sys.stderr)
    counts = {"imported": report.stored, "here already": report.known, "refused": report.refused}
    for said, counted in counts.items():
        tables = ", ".join(f"{count} {table}" for table, count in counted.items() if count)
        print(f"{said}: {tables or 'nothing'}")
    return 1 if report.refused else 0
