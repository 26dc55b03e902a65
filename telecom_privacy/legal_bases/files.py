"""Reads the legal bases, once, at start."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.legal_bases.file_schema import FileSchema
from telecom_privacy.legal_bases.model import TextsOfLaw
from telecom_privacy.policies.toml_file import Mistakes, load_toml, read_toml

_TABLES = ("bases", "conditions")
_FILES_REMEMBERED = 4


def load_legal_bases(path: Path) -> TextsOfLaw:
    """Return the texts of a file.

    Raises:
        ConfigurationError: it cannot be read or has a mistake; one line with entry and reason.
    """
    found = read_legal_bases(path)
    if isinstance(found, list):
        raise ConfigurationError(found[0])
    return found


def read_legal_bases(path: Path) -> TextsOfLaw | list[str]:
    """Return the texts of a file, or its mistakes: for each a line."""
    return read_toml(path, _parsed)


@lru_cache(maxsize=_FILES_REMEMBERED)
def _parsed(text: str) -> TextsOfLaw | Mistakes:
    """Return the texts or their mistakes. A start reads the file twice."""
    found = load_toml(text, FileSchema(), _title)
    if isinstance(found, Mistakes):
        return found
    return TextsOfLaw(tuple(found["bases"]), tuple(found["conditions"]))


def _title(name: str, entry: Any, position: int) -> str | None:
    if name not in _TABLES or not isinstance(entry, dict):
        return None  # a basis names its conditions: a list of ids
    return str(entry.get("id") or f"entry {position + 1}")
