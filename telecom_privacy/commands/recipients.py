"""`recipients`: checking the list of recipients."""

import argparse
from pathlib import Path

from telecom_privacy.commands.checking import add_check, say_mistakes
from telecom_privacy.commands.parsing import Commands, add_group
from telecom_privacy.recipients.files import read_recipients
from telecom_privacy.settings import Settings


def register(commands: Commands) -> None:
    group = add_group(commands, "recipients", "check who else receives personal data")
    add_check(group, _check, "check lists of recipients and say every mistake")


def _check(options: argparse.Namespace, settings: Settings) -> int:
    valid = [_say_checked(file) for file in options.files or [settings.recipients_file]]
    return 0 if all(valid) else 1


def _say_checked(file: Path) -> bool:
    found = read_recipients(file)
    if isinstance(found, tuple):
        print(f"{file.name}: valid; {len(found)} recipients")
        return True
    return say_mistakes(found)
