"""The slip as a page that prints on A4. It loads nothing and runs nothing."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape

from telecom_privacy.disclosure.package.formats import visible
from telecom_privacy.disclosure.package.model import Delivery
from telecom_privacy.disclosure.package.slip import blocks
from telecom_privacy.disclosure.package.slip_blocks import (
    Block,
    Command,
    Facts,
    Heading,
    Paragraph,
    Row,
    Table,
)
from telecom_privacy.disclosure.package.slip_words import TITLE

_STYLE = """
@page { size: A4; margin: 15mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 10pt/1.4 sans-serif; color: #000; max-width: 180mm; margin: 0 auto; padding: 5mm 0 }
h1 { font-size: 17pt; line-height: 1.2 }
h2 { font-size: 12pt; margin: 7mm 0 2mm; break-after: avoid; border-bottom: 1px solid #000 }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 2mm 0 }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border: 1px solid #999; padding: 1mm; text-align: left; vertical-align: top;
  font-size: 8pt; overflow-wrap: anywhere }
th { background: #eee }
.facts th { width: 52mm; background: none }
.facts th, .facts td { font-size: 10pt; border: 0; border-bottom: 1px solid #ddd }
code { display: block; box-sizing: border-box; border: 1px solid #999; padding: 2mm;
  margin: 2mm 0; font-size: 8pt; overflow-wrap: anywhere }
@media print { body { max-width: none; padding: 0 1px } }
"""


def page(delivery: Delivery) -> Iterator[bytes]:
    """Yield the page in UTF-8, in constant memory."""
    return (part.encode() for part in _page(delivery))


def _page(delivery: Delivery) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield f"<title>{escape(TITLE)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f"<h1>{escape(TITLE)}</h1>\n"
    for block in blocks(delivery):
        yield from _block(block)
    yield "</body>\n</html>\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(said):
            yield f"<h2>{escape(said)}</h2>\n"
        case Paragraph(said):
            yield f"<p>{_shown(said)}</p>\n"
        case Command(said):
            yield f"<code>{_shown(said)}</code>\n"
        case Facts(rows):
            yield from _facts(rows)
        case Table():
            yield from _table(block)


def _facts(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield '<table class="facts">\n'
    for label, said in rows:
        yield f'<tr><th scope="row">{escape(label)}</th><td>{_shown(said)}</td></tr>\n'
    yield "</table>\n"


def _table(table: Table) -> Iterator[str]:
    rows = iter(table.rows())
    first = next(rows, None)
    if first is None:
        yield f"<p>{escape(table.empty)}</p>\n"
        return
    yield "<table>\n<thead>\n<tr>"
    for column in table.columns:
        yield f'<th scope="col" width="{column.width / 1.8:.1f}%">{escape(column.title)}</th>'
    yield "</tr>\n</thead>\n<tbody>\n"
    yield _row(first)
    yield from map(_row, rows)
    yield "</tbody>\n</table>\n"


def _row(row: Row) -> str:
    return f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>\n"


def _shown(said: str) -> str:
    """Text that is text whatever it contains, and keeps its direction to itself."""
    return f"<bdi>{escape(visible(said))}</bdi>"
