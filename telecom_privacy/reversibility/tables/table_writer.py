"""Writing a table while its rows are found: two files, some rows at a time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telecom_privacy.reversibility.tables.csv_text import csv_rows
from telecom_privacy.reversibility.tables.schema import Table
from telecom_privacy.reversibility.writer import PackageWriter, WrittenFile

_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A finished table and its files."""

    table: Table
    csv: WrittenFile
    jsonl: WrittenFile
    rows: int


class TableWriter:
    """Takes the rows of one table.

    A row has the fields of the table. What else it has is in its JSON Lines alone, and a field that
    it does not have is missing there, and an empty cell.
    """

    def __init__(self, package: PackageWriter, table: Table) -> None:
        self._table = table
        self._csv = package.open(f"data/{table.path}.csv")
        self._jsonl = package.open(f"data/{table.path}.jsonl")
        self._waiting: list[Mapping[str, Any]] = []
        self._rows = 0
        self._csv.write(csv_rows([table.names]))

    def write(self, row: Mapping[str, Any]) -> None:
        self._waiting.append(row)
        self._rows += 1
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> WrittenTable:
        """Finish both files."""
        self._flush()
        return WrittenTable(self._table, self._csv.close(), self._jsonl.close(), self._rows)

    def _flush(self) -> None:
        names, rows = self._table.names, self._waiting
        if rows:
            self._csv.write(csv_rows([row.get(name) for name in names] for row in rows))
            self._jsonl.write(b"".join(map(json_line, rows)))
        self._waiting = []


def json_line(value: Any) -> bytes:
    """One line of JSON Lines (https://jsonlines.org)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
