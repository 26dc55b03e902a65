"""`verify`: what was handed out, checked offline."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from telecom_privacy.commands.connection import connected
from telecom_privacy.commands.parsing import Commands, add_command, add_group
from telecom_privacy.errors import ConfigurationError, IntegrityError
from telecom_privacy.settings import Settings
from telecom_privacy.verify import proofs
from telecom_privacy.verify.package import VerifiedPackage, verify_package


def register(commands: Commands) -> None:
    kinds = add_group(commands, "verify", "verify offline")
    certificate = add_command(kinds, "certificate", _verify_certificate, "an erasure certificate")
    receipt = add_command(kinds, "receipt", _verify_receipt, "a receipt")
    log = add_command(
        kinds, "log", _verify_log, "the whole log, from its leaves (needs the database)"
    )
    package = add_command(kinds, "package", _verify_package, "an exported package")
    for parser in (certificate, receipt, package):
        parser.add_argument("file", type=Path)
    package.add_argument("--certificate", type=Path, help="the operator's, which signed it (PEM)")
    package.add_argument(
        "--timestamp-authority", type=Path, help="root certificates for its time stamp (PEM)"
    )
    receipt.add_argument("--checkpoint", type=Path, help="a signed checkpoint of the log")
    receipt.add_argument("--proof", type=Path, help="the inclusion proof for that checkpoint")
    log.add_argument("--checkpoint", type=Path, action="append", default=[], help="kept earlier")
    for parser in (certificate, receipt, log):
        parser.add_argument("--key", help="the log's verifier key, or a file that holds it")


def _verify_certificate(options: argparse.Namespace, settings: Settings) -> int:
    certificate = proofs.read_object(options.file)
    key = _key(options, settings)
    if key is None:
        key = str(certificate.get("key", ""))
        print("no key of the log given: this shows only that nothing was altered", file=sys.stderr)
    print(f"valid: {proofs.verify_certificate(certificate, key)}")
    return 0


def _verify_receipt(options: argparse.Namespace, settings: Settings) -> int:
    if (options.checkpoint is None) != (options.proof is None):
        raise ConfigurationError("--checkpoint and --proof go together")
    said = proofs.verify_receipt(
        proofs.read_object(options.file),
        _required_key(options, settings),
        proofs.read_text(options.checkpoint) if options.checkpoint else None,
        proofs.read_object(options.proof) if options.proof else None,
    )
    print(f"valid: {said}")
    return 0


def _verify_log(options: argparse.Namespace, settings: Settings) -> int:
    older = [proofs.read_text(path) for path in options.checkpoint]
    with connected(settings) as services:
        key = _key(options, settings) or services.audit.verifier_key()
        print(f"valid: {proofs.verify_log(services.audit, key, older)}")
    return 0


def _verify_package(options: argparse.Namespace, settings: Settings) -> int:
    verified = verify_package(
        options.file, proofs.given(options.certificate), proofs.given(options.timestamp_authority)
    )
    if verified.has_stamp and verified.stamped_at is None:
        print("its time stamp is not checked without --timestamp-authority", file=sys.stderr)
    print(f"valid: {_said(verified)}")
    return 0


def _said(verified: VerifiedPackage) -> str:
    signed = f"signed by {verified.signed.name} at {verified.signed.at.isoformat()}"
    stamped = f", stamped at {verified.stamped_at.isoformat()}" if verified.stamped_at else ""
    return f"{verified.files} files, {verified.octets} bytes, {signed}{stamped}"


def _required_key(options: argparse.Namespace, settings: Settings) -> str:
    key = _key(options, settings)
    if key is None:
        raise IntegrityError("give the log's verifier key: --key KEY (GET /v1/audit/key)")
    return key


def _key(options: argparse.Namespace, settings: Settings) -> str | None:
    """The key that was given, or the one that this installation wrote down."""
    if options.key is None:
        return _key_written_down(settings.data_dir / "audit-key.pub")
    given = str(options.key).strip()
    with suppress(OSError):  # a key may be too long for the name of a file
        if Path(given).is_file():
            return proofs.read_text(Path(given)).strip()
    if "+" not in given:
        raise IntegrityError(f"{given}: neither a verifier key nor a file that holds one")
    return given


def _key_written_down(path: Path) -> str | None:
    if not path.is_file():
        return None
    print(f"checking with the key in {path}", file=sys.stderr)
    return proofs.read_text(path).strip()
