"""How a command is declared."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from telecom_privacy.settings import Settings

ACTOR = "command-line"
"""Whom the audit log names for what is done by a command."""

Command: TypeAlias = Callable[[argparse.Namespace, Settings], int]
"""Does what the options say and returns the exit status: 0 done, 1 refused or failed."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(commands: Commands, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    """Add a command that `run` carries out."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def add_group(commands: Commands, name: str, text: str) -> Commands:
    """Add a word that only further words make a command."""
    parser = commands.add_parser(name, help=text, description=text)
    return parser.add_subparsers(required=True, metavar="COMMAND")
