"""`legal-bases`: checking the texts of law on which data goes to an authority."""

import argparse
from pathlib import Path

from telecom_privacy.commands.checking import add_check, say_mistakes
from telecom_privacy.commands.parsing import Commands, add_group
from telecom_privacy.legal_bases.files import read_legal_bases
from telecom_privacy.legal_bases.model import TextsOfLaw
from telecom_privacy.settings import Settings


def register(commands: Commands) -> None:
    group = add_group(commands, "legal-bases", "check the texts on which data is disclosed")
    add_check(group, _check, "check files of legal bases, say every mistake")


def _check(options: argparse.Namespace, settings: Settings) -> int:
    valid = [_say_checked(file) for file in options.files or [settings.legal_bases]]
    return 0 if all(valid) else 1


def _say_checked(file: Path) -> bool:
    found = read_legal_bases(file)
    if isinstance(found, TextsOfLaw):
        open_ones = sum(basis.confirmed is None for basis in found.bases)
        print(f"{file.name}: valid; {len(found.bases)} legal bases, {open_ones} unconfirmed")
        return True
    return say_mistakes(found)
