"""Reads the legal bases, once, at start."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.legal_bases.file_schema import FileSchema
from telecom_privacy.legal_bases.model import TextsOfLaw

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
    try:
        found = _parsed(path.read_text("utf-8"))
    except OSError as error:
        return [f"{path.name}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return [f"{path.name}: not UTF-8 text"]
    if isinstance(found, TextsOfLaw):
        return found
    return [f"{path.name}: {mistake}" for mistake in found]


@lru_cache(maxsize=_FILES_REMEMBERED)
def _parsed(text: str) -> TextsOfLaw | tuple[str, ...]:
    """Return the texts or their mistakes. A start reads the file twice."""
    try:
        raw = tomllib.loads(text)
        found = FileSchema().load(raw)
    except tomllib.TOMLDecodeError as error:
        return (f"not TOML: {error}",)
    except ValidationError as error:
        return tuple(_mistakes(error.messages, raw))
    return TextsOfLaw(tuple(found["bases"]), tuple(found["conditions"]))


def _mistakes(messages: Any, raw: Mapping[str, Any], *place: str) -> Iterator[str]:
    """Turn nested messages into lines `entry: field: reason`."""
    if not isinstance(messages, dict):
        for reason in messages if isinstance(messages, list) else [messages]:
            yield ": ".join([*place, str(reason)])
        return
    for key, inner in messages.items():
        if isinstance(key, int) and len(place) == 1 and place[0] in _TABLES:
            yield from _mistakes(inner, raw, _title(raw[place[0]][key], key))
        else:
            yield from _mistakes(inner, raw, *place, *([] if key == "_schema" else [str(key)]))


def _title(entry: Any, index: int) -> str:
    named = entry.get("id") if isinstance(entry, dict) else None
    return str(named) if named else f"entry {index + 1}"
