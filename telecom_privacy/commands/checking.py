"""Checking files of the configuration before a service starts with them."""

import sys
from collections.abc import Iterable
from pathlib import Path

from telecom_privacy.commands.parsing import Command, Commands, add_command


def add_check(group: Commands, run: Command, text: str) -> None:
    """Add the command `check [FILE ...]`; without files it checks that of the settings."""
    check = add_command(group, "check", run, text)
    check.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="default: that of the settings"
    )


def say_mistakes(mistakes: Iterable[str]) -> bool:
    """Print each mistake of a file; it is not valid then."""
    for mistake in mistakes:
        print(f"telecom-privacy: {mistake}", file=sys.stderr)
    return False
