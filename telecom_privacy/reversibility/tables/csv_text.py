"""CSV as RFC 4180 has it, harmless to open in a spreadsheet, and read back without a loss.

A text that a spreadsheet could take for a formula gets an apostrophe before it, and so does a text
that begins with an apostrophe itself: whoever removes one apostrophe from the beginning of each
text has exactly what there was. Numbers (`+33612345678`) stay as they are: they cannot calculate.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

_GUARD = "'"
_RISKY = tuple("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
"""How formulas begin, full-width forms included, and what would pass for a guard."""

_NUMBER = re.compile(r"\+[0-9]+")


def csv_rows(rows: Iterable[Sequence[Any]]) -> bytes:
    """Write rows of JSON values; None is an empty cell."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([_cell(value) for value in r] for r in rows)
    return lines.getvalue().encode()


def guarded(text: str) -> str:
    """Return a text as it stands in a cell."""
    return _GUARD + text if text.startswith(_RISKY) and not _NUMBER.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell that `guarded` made."""
    return cell.removeprefix(_GUARD)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
