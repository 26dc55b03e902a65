"""The command `telecom-privacy`: parse, call one service, print."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from telecom_privacy import bootstrap, preparation, serving, verify
from telecom_privacy.demo.run import run_demo
from telecom_privacy.errors import ConfigurationError, IntegrityError, Invalid
from telecom_privacy.http.access import ApiRole
from telecom_privacy.http.logs import configure_logging
from telecom_privacy.retention.model import Sweep
from telecom_privacy.settings import Settings
from telecom_privacy.storage.embedded import running

_ACTOR = "command-line"
Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 done, 1 refused or failed, 2 misused."""
    options = _parser().parse_args(arguments)
    with serving.one_line_errors():
        settings = Settings.from_environment(os.environ)
        configure_logging("WARNING")
        run: Command = options.run
        return run(options, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="telecom-privacy", description="Keeps the promises of a telephony privacy notice."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", _serve, "serve over HTTP under gunicorn")
    _add(commands, "prepare", _prepare, "create root keys, indexes and the first admin key")
    demo = _add(commands, "demo", _demo, "run the main job on a day of calls, and show it")
    demo.add_argument("--serve", action="store_true", help="keep serving afterwards")
    _add(commands, "sweep", _sweep, "erase what is due, and certify it")
    keys = commands.add_parser("api-keys", help="manage API keys").add_subparsers(required=True)
    create = _add(keys, "create", _create_key, "create an API key and print it once")
    create.add_argument("--role", required=True, choices=[role.value for role in ApiRole])
    create.add_argument("--client", help="the client of a client's key")
    create.add_argument("--label", default="created on the command line")
    _add_verifiers(commands.add_parser("verify", help="verify offline").add_subparsers())
    return parser


def _add_verifiers(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    kinds.required = True
    certificate = _add(kinds, "certificate", _verify_certificate, "an erasure certificate")
    receipt = _add(kinds, "receipt", _verify_receipt, "a receipt")
    log = _add(kinds, "log", _verify_log, "the whole log, from its leaves (needs the database)")
    for parser in (certificate, receipt):
        parser.add_argument("file", type=Path)
    receipt.add_argument("--checkpoint", type=Path, help="a signed checkpoint of the log")
    receipt.add_argument("--proof", type=Path, help="the inclusion proof for that checkpoint")
    log.add_argument("--checkpoint", type=Path, action="append", default=[], help="kept earlier")
    for parser in (certificate, receipt, log):
        parser.add_argument("--key", help="the log's verifier key, or a file that holds it")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Command,
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    serving.serve(settings)


def _prepare(_: argparse.Namespace, settings: Settings) -> int:
    preparation.prepare(_with_database(settings))
    return 0


def _demo(options: argparse.Namespace, settings: Settings) -> int:
    return run_demo(settings, keep_serving=options.serve)


def _sweep(_: argparse.Namespace, settings: Settings) -> int:
    with _services(settings) as services:
        sweep = services.sweeps.run(_ACTOR, _show_progress)
    if sweep is None:
        print("another sweep is working; nothing to do")
        return 0
    erased = ", ".join(f"{count} x {name}" for name, count in sweep.erased.items() if count)
    print(f"\nerased: {erased or 'nothing was due'}")
    for certificate in sweep.certificates:
        print(f"certificate {certificate}")
    if sweep.failed_clients:
        print(f"clients that could not be swept: {sweep.failed_clients}; see the log")
    return 1 if sweep.failed_clients else 0


def _create_key(options: argparse.Namespace, settings: Settings) -> int:
    with _services(settings) as services:
        try:
            _, key = services.accounts.issue(
                _ACTOR, ApiRole(options.role), options.label, options.client
            )
        except Invalid as error:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in error.errors.items())
            raise ConfigurationError(reasons) from error
    print(key)
    return 0


def _verify_certificate(options: argparse.Namespace, settings: Settings) -> int:
    certificate = verify.read_object(options.file)
    key = _key(options, settings)
    if key is None:
        key = str(certificate.get("key", ""))
        print("no key of the log given: this shows only that nothing was altered", file=sys.stderr)
    print(f"valid: {verify.verify_certificate(certificate, key)}")
    return 0


def _verify_receipt(options: argparse.Namespace, settings: Settings) -> int:
    if (options.checkpoint is None) != (options.proof is None):
        raise ConfigurationError("--checkpoint and --proof go together")
    said = verify.verify_receipt(
        verify.read_object(options.file),
        _required_key(options, settings),
        verify.read_text(options.checkpoint) if options.checkpoint else None,
        verify.read_object(options.proof) if options.proof else None,
    )
    print(f"valid: {said}")
    return 0


def _verify_log(options: argparse.Namespace, settings: Settings) -> int:
    older = [verify.read_text(path) for path in options.checkpoint]
    with _services(settings) as services:
        key = _key(options, settings) or services.audit.verifier_key()
        print(f"valid: {verify.verify_log(services.audit, key, older)}")
    return 0


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
            return verify.read_text(Path(given)).strip()
    if "+" not in given:
        raise IntegrityError(f"{given}: neither a verifier key nor a file that holds one")
    return given


def _key_written_down(path: Path) -> str | None:
    if not path.is_file():
        return None
    print(f"checking with the key in {path}", file=sys.stderr)
    return verify.read_text(path).strip()


@contextmanager
def _services(settings: Settings) -> Iterator[bootstrap.Services]:
    services = bootstrap.build_services(_with_database(settings))
    services.epoch.start()
    try:
        yield services
    finally:
        services.epoch.stop()
        services.databases.close()


def _with_database(settings: Settings) -> Settings:
    """Find the running embedded database where no other is set."""
    if not settings.is_embedded:
        return settings
    uri = running(settings.data_dir)
    if uri is None:
        raise ConfigurationError(
            f"no database runs in {settings.data_dir}: start `serve`, or set the MongoDB URIs"
        )
    return replace(settings, mongodb_uri=uri, keystore_uri=uri, audit_uri=uri)


def _show_progress(sweep: Sweep) -> None:
    total = sum(sweep.erased.values())
    line = f"\rclients {sweep.clients_done}/{sweep.clients}, erased {total}"
    print(line, end="", flush=True)
