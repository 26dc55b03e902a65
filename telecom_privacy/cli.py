"""The command `telecom-privacy`: one subcommand at a time."""

import argparse
import os
from collections.abc import Sequence

from telecom_privacy import serving
from telecom_privacy.commands import (
    api_keys,
    erasures,
    imports,
    legal_bases,
    policies,
    recipients,
    sweep,
    sweeper,
    verify,
)
from telecom_privacy.commands import serving as serving_commands
from telecom_privacy.commands.parsing import Command
from telecom_privacy.http.logs import configure_logging
from telecom_privacy.settings import Settings

_GROUPS = (
    serving_commands,
    sweep,
    sweeper,
    erasures,
    policies,
    legal_bases,
    recipients,
    api_keys,
    imports,
    verify,
)


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
    for group in _GROUPS:
        group.register(commands)
    return parser
