"""Writing the page: its own files, and the rows that it shows."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from telecom_privacy.reversibility.page.chunks import Chunks, script_call
from telecom_privacy.reversibility.page.facts import Facts
from telecom_privacy.reversibility.page.rows import CALL_COLUMNS, RECORD_COLUMNS, shown_row
from telecom_privacy.reversibility.writer import PackageWriter

_CALLS = "calls"
_START = "index.html"
_PARTS = ("page.css", "texts.js", "data.js", "cells.js", "listing.js", "page.js")
_MONTH = len("2026-11")


class Page:
    """Writes `data/index.html` and what it needs; nothing of it comes from elsewhere.

    Memory holds about a megabyte of rows for each table that is not closed.
    """

    def __init__(self, package: PackageWriter, facts: Facts) -> None:
        self._package = package
        self._facts = facts
        self._described: list[dict[str, Any]] = []
        self._table: Chunks = Chunks(package, _CALLS, CALL_COLUMNS)

    def show_call(self, row: Mapping[str, Any]) -> None:
        """Show a call (`rows.shown_call`). All calls come before anything else."""
        self._table.take(row, row["started_at"], row["started_at"][:_MONTH])

    def show_record(self, category: str, row: Mapping[str, Any]) -> None:
        """Show a record (`rows.shown_record`). They come category by category."""
        self._begin(f"records-{category}", RECORD_COLUMNS)
        self._table.take(row, row["occurred_at"])

    def show(self, table: str, columns: Sequence[str], row: Mapping[str, Any]) -> None:
        """Show a row of another table, with its columns. They come table by table."""
        self._begin(table, columns)
        self._table.take(shown_row(row))

    def finish(self) -> None:
        """Write the page itself; nothing may be shown after."""
        self._described.append(self._table.close())
        described = json.dumps({"facts": self._facts.json(), "tables": self._described})
        self._package.add("data/index/overview.js", script_call("describe", described))
        for name in _PARTS:
            self._package.add(f"data/index/{name}", _asset(name))
        self._package.add(f"data/{_START}", _asset(_START))

    def _begin(self, table: str, columns: Sequence[str]) -> None:
        if self._table.table != table:
            self._described.append(self._table.close())
            self._table = Chunks(self._package, table, columns)


def _asset(name: str) -> bytes:
    return files(__package__).joinpath("assets", name).read_bytes()
