"""Rows for the page, in script files: what is opened from a disk may fetch nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telecom_privacy.reversibility.writer import PackageWriter

_FOLDER = "data/index"
_MOST_BYTES = 1 << 20
_MARKUP = "<>&"


@dataclass(slots=True)
class Chunk:
    """Some rows of a table; `first` and `last` are the bounds of their times, as texts."""

    name: str
    group: str
    first: str = ""
    last: str = ""
    rows: list[str] = field(default_factory=list)
    length: int = 0

    def take(self, row: str, at: str) -> None:
        self.rows.append(row)
        self.length += len(row)
        self.first = min(self.first or at, at)
        self.last = max(self.last, at)


class Chunks:
    """Takes the rows of one table and writes them in files of about a megabyte at most.

    A file holds rows of one group only, such as a month; memory holds one file.
    """

    def __init__(self, package: PackageWriter, table: str, columns: Sequence[str]) -> None:
        self.table = table
        self.columns = list(columns)
        self._package = package
        self._chunk: Chunk | None = None
        self._written: list[dict[str, Any]] = []
        self._names: set[str] = set()

    def take(self, row: Mapping[str, Any], at: str = "", group: str = "") -> None:
        """Add a row that occurred `at`, RFC 3339 in UTC."""
        chunk = self._chunk
        if chunk is None or chunk.group != group or chunk.length >= _MOST_BYTES:
            self._store()
            chunk = self._chunk = Chunk(self._named(group), group)
        chunk.take(json.dumps(row, separators=(",", ":")), at)

    def close(self) -> dict[str, Any]:
        """Write what is left; say what there is, in the order in which it was taken."""
        self._store()
        count = sum(one["count"] for one in self._written)
        return {
            "name": self.table,
            "columns": self.columns,
            "count": count,
            "chunks": self._written,
        }

    def _store(self) -> None:
        chunk, self._chunk = self._chunk, None
        if chunk is None:
            return
        rows = f"[{','.join(chunk.rows)}]"
        self._package.add(f"{_FOLDER}/{chunk.name}.js", script_call("receive", chunk.name, rows))
        bounds = {"first": chunk.first, "last": chunk.last}
        self._written.append({"file": chunk.name, "count": len(chunk.rows), **bounds})

    def _named(self, group: str) -> str:
        base = f"{self.table}-{group}" if group else self.table
        name, number = base, 1
        while name in self._names:
            number += 1
            name = f"{base}-{number}"
        self._names.add(name)
        return name


def script_call(function: str, *texts: str) -> bytes:
    """Return a script that hands texts to the page, whatever they contain.

    JSON travels as a text that the page parses: written as an object, its keys could mean
    something to the language (`__proto__`). Everything but plain ASCII is escaped, and markup.
    """
    arguments = ",".join(map(json.dumps, texts))
    for character in _MARKUP:
        arguments = arguments.replace(character, f"\\u{ord(character):04x}")
    return f"packagePage.{function}({arguments});\n".encode("ascii")
