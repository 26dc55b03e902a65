"""The description of all tables: a Frictionless Data Package (https://datapackage.org)."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.tables.table_writer import WrittenTable
from telecom_privacy.reversibility.wishes import wish_json
from telecom_privacy.reversibility.writer import WrittenFile

PATH = "data/datapackage.json"

LAYOUT_VERSION = 1
"""Of the files and fields that docs/packages.md describes."""

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_DESCRIPTION = (
    "All that a telephony operator hosted for its client, as far as it was asked for: see"
    " exclusions.csv for what is not in it. All times are UTC (RFC 3339), durations ISO 8601,"
    " telephone numbers E.164. In CSV, one apostrophe at the beginning of a text is no part of it."
    " Each table lies here as JSON Lines, too, which are the reference."
)


def descriptor(
    client: WrittenFile, tables: Iterable[WrittenTable], wish: Wish, as_of: datetime
) -> bytes:
    """Describe the tables; what was asked for stands in `export`."""
    resources = [_resource("client", client, "json", "application/json")]
    for table in tables:
        resources += _resources(table)
    described = {
        "$schema": _PROFILE,
        "name": "hosted-data",
        "title": "Hosted data of a client",
        "description": _DESCRIPTION,
        "created": to_text(as_of),
        "export": {"layout": LAYOUT_VERSION, "as_of": to_text(as_of), **wish_json(wish)},
        "resources": resources,
    }
    return json.dumps(described, ensure_ascii=False, indent=1).encode() + b"\n"


def _resources(written: WrittenTable) -> Iterator[dict[str, Any]]:
    table = written.table
    described = {"title": table.title, "type": "table", "schema": table.schema()}
    yield {
        **_resource(table.name, written.csv, "csv", "text/csv"),
        **described,
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
    }
    if written.rows:  # there is nothing to say about the fields of an empty file
        yield {
            **_resource(f"{table.name}-jsonl", written.jsonl, "jsonl", "application/jsonl"),
            **described,
            "dialect": {"json": {"keyed": True, "keys": table.names}},
        }


def _resource(name: str, file: WrittenFile, format_: str, media_type: str) -> dict[str, Any]:
    return {
        "name": name,
        "path": file.path.removeprefix("data/"),
        "format": format_,
        "mediatype": media_type,
        "encoding": "utf-8",
        "bytes": file.length,
        "hash": f"sha256:{file.sha256}",
    }
