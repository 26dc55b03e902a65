"""Reads a file of the configuration; its mistakes are lines that say where and what."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError

Found = TypeVar("Found")

Title = Callable[[str, Any, int], str | None]
"""Names an entry by what its file calls it, from the name of its list, the entry and its position;
None where entries of that list have no name."""


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong with a text, a line each: `entry: field: reason`."""

    lines: tuple[str, ...]


def read_toml(path: Path, parse: Callable[[str], Found | Mistakes]) -> Found | list[str]:
    """Return what `parse` makes of a file, or the mistakes, with the file's name before each."""
    try:
        found = parse(path.read_text("utf-8"))
    except OSError as error:
        return [f"{path.name}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return [f"{path.name}: not UTF-8 text"]
    if isinstance(found, Mistakes):
        return [f"{path.name}: {line}" for line in found.lines]
    return found


def load_toml(text: str, schema: Schema, title: Title) -> Any:
    """Return what a schema makes of a text, or its `Mistakes`."""
    try:
        raw = tomllib.loads(text)
        return schema.load(raw)
    except tomllib.TOMLDecodeError as error:
        return Mistakes((f"not TOML: {error}",))
    except ValidationError as error:
        return Mistakes(tuple(_lines(error.messages, raw, title)))


def _lines(messages: Any, raw: Any, title: Title, *place: str) -> Iterator[str]:
    if not isinstance(messages, dict):
        for reason in messages if isinstance(messages, list) else [messages]:
            yield ": ".join([*place, str(reason)])
        return
    for key, found in messages.items():
        inner = raw[key] if isinstance(raw, dict) and key in raw else None
        at = [] if key == "_schema" else [str(key)]
        if isinstance(inner, list) and isinstance(found, dict):
            yield from _lines_of_list(found, inner, title, *place, *at)
        else:
            yield from _lines(found, inner, title, *place, *at)


def _lines_of_list(
    messages: Mapping[int, Any], raw: Sequence[Any], title: Title, *place: str
) -> Iterator[str]:
    """An entry that has a name goes by it alone: neither by its position nor by its list."""
    *outer, name = place
    for position, found in messages.items():
        entry = raw[position]
        named = title(name, entry, position)
        at = [*outer, named] if named else [*place, str(position)]
        yield from _lines(found, entry, title, *at)
