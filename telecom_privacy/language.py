"""Texts that the service gives in French and English."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias


class Language(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


Text: TypeAlias = Mapping[Language, str]


def both(french: str, english: str) -> Text:
    """A text in both languages, however its lines were broken."""
    return {Language.FRENCH: " ".join(french.split()), Language.ENGLISH: " ".join(english.split())}
