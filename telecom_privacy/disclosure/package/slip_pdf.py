"""The slip as PDF, on A4. The same delivery gives the same bytes.

Text is drawn line by line: none is ever taken for markup. What fonts cannot show is a box; a
table that is too long to be read on paper is cut, and says where the rest is.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import islice, zip_longest
from pathlib import Path
from threading import Lock

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from telecom_privacy.disclosure.package.formats import visible
from telecom_privacy.disclosure.package.model import Delivery
from telecom_privacy.disclosure.package.slip import blocks
from telecom_privacy.disclosure.package.slip_blocks import (
    Block,
    Column,
    Command,
    Facts,
    Heading,
    Paragraph,
    Row,
    Table,
)
from telecom_privacy.disclosure.package.slip_words import TITLE

MOST_ROWS = 2000
"""Of one table. `bordereau.html` and the records have all of them."""

_MARGIN = 15 * mm
_WIDTH = 180 * mm
_LEADING = 1.3
_CELL = 7.0
_CELL_PADDING: float = 1 * mm
_LABEL = 52 * mm
_BAND = 8
"""Lines of one row that are kept together on a page."""

_CUT = "La suite de ce tableau figure dans bordereau.html et dans ts103705/response.json."


_one_at_a_time = Lock()
"""The library's fonts are shared by all documents, and threads would mix up their glyphs."""


def document(delivery: Delivery) -> bytes:
    """Return the slip. Its size is bounded by `MOST_ROWS`, whatever the delivery."""
    with _one_at_a_time:
        return _drawn(delivery)


def _drawn(delivery: Delivery) -> bytes:
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=1, invariant=1, lang="fr")
    canvas.setTitle(TITLE)
    canvas.setAuthor(visible(delivery.operator.name))
    pages = _Pages(canvas, f"Dossier {delivery.case_id}")
    pages.text(TITLE, _bold(), 15)
    for block in blocks(delivery):
        _draw(pages, block)
    pages.end()
    canvas.save()
    return written.getvalue()


class _Pages:
    """A cursor that goes down the pages; all lengths are in points."""

    def __init__(self, canvas: Canvas, footer: str) -> None:
        self._canvas = canvas
        self._footer = footer
        self._top = A4[1] - _MARGIN
        self.y = self._top

    def need(self, height: float) -> bool:
        """Begin a new page unless there is room; tell whether that was so."""
        if self.y - height >= _MARGIN + 2 * _CELL_PADDING or self.y == self._top:
            return False
        self.end()
        return True

    def end(self) -> None:
        """Finish the page."""
        self._line(f"{self._footer} — page {self._canvas.getPageNumber()}", 0, _plain(), 7)
        self._canvas.showPage()
        self.y = self._top

    def space(self, height: float) -> None:
        self.y -= height

    def rule_below(self) -> None:
        self.y -= _CELL_PADDING
        self._canvas.setLineWidth(0.4)
        self._canvas.line(_MARGIN, self.y, _MARGIN + _WIDTH, self.y)

    def text(self, text: str, font: str, size: float, indent: float = 0) -> None:
        """Draw a text over the rest of the width, with line breaks where they are needed."""
        for line in _wrapped(text, font, size, _WIDTH - indent):
            self.need(size * _LEADING)
            self.y -= size * _LEADING
            self._line(line, indent, font, size, self.y)

    def cells(self, cells: Sequence[Sequence[str]], columns: Sequence[Column], font: str) -> None:
        """Draw the lines of cells beside each other."""
        for lines in zip_longest(*cells, fillvalue=""):
            self.y -= _CELL * _LEADING
            indent = 0.0
            for line, column in zip(lines, columns, strict=True):
                self._line(line, indent, font, _CELL, self.y)
                indent += column.width * mm

    def _line(
        self, line: str, indent: float, font: str, size: float, y: float = _MARGIN / 2
    ) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(_MARGIN + indent, y, line)


def _draw(pages: _Pages, block: Block) -> None:
    match block:
        case Heading(said):
            pages.need(25 * mm)  # never alone at the end of a page
            pages.space(5 * mm)
            pages.text(said, _bold(), 11)
            pages.rule_below()
        case Paragraph(said):
            pages.space(2 * mm)
            pages.text(said, _plain(), 9)
        case Command(said):
            pages.space(2 * mm)
            pages.text(said, _plain(), _CELL, indent=5 * mm)
        case Facts(rows):
            pages.space(2 * mm)
            for label, said in rows:
                _fact(pages, label, said)
        case Table():
            pages.space(2 * mm)
            _table(pages, block)


def _fact(pages: _Pages, label: str, said: str) -> None:
    pages.need(9 * _LEADING)
    before = pages.y
    pages.text(label, _bold(), 9)
    pages.y = before
    pages.text(said, _plain(), 9, indent=_LABEL)


def _table(pages: _Pages, table: Table) -> None:
    rows = iter(table.rows())
    first = next(rows, None)
    if first is None:
        pages.text(table.empty, _plain(), 9)
        return
    _head(pages, table.columns)
    _row(pages, first, table.columns)
    for row in islice(rows, MOST_ROWS - 1):
        _row(pages, row, table.columns)
    if next(rows, None) is not None:
        pages.text(_CUT, _bold(), 9)


def _head(pages: _Pages, columns: Sequence[Column]) -> None:
    titles = [_cell(column.title, column, _bold()) for column in columns]
    pages.need(_height(titles) + _BAND * _CELL * _LEADING)  # never without a row
    pages.cells(titles, columns, _bold())
    pages.rule_below()


def _row(pages: _Pages, row: Row, columns: Sequence[Column]) -> None:
    cells = [_cell(said, column, _plain()) for said, column in zip(row, columns, strict=True)]
    for start in range(0, max(map(len, cells)), _BAND):
        band = [cell[start : start + _BAND] for cell in cells]
        if pages.need(_height(band)):
            _head(pages, columns)
        pages.cells(band, columns, _plain())
    pages.rule_below()


def _height(cells: Sequence[Sequence[str]]) -> float:
    return max(map(len, cells)) * _CELL * _LEADING + _CELL_PADDING


def _cell(said: str, column: Column, font: str) -> list[str]:
    return list(_wrapped(said, font, _CELL, column.width * mm - _CELL_PADDING))


def _wrapped(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """Yield lines that fit; a word that is too long for a line is broken."""
    line = ""
    for word in visible(text).split(" "):
        longer = f"{line} {word}" if line else word
        if stringWidth(longer, font, size) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _broken(word, font, size, width)
        yield from full
    yield line


def _broken(word: str, font: str, size: float, width: float) -> list[str]:
    pieces, left = [""], width
    for character in word:
        taken = stringWidth(character, font, size)
        if taken > left:
            pieces.append("")
            left = width
        pieces[-1] += character
        left -= taken
    return pieces


def _plain() -> str:
    return _font("Vera")


def _bold() -> str:
    return _font("VeraBd")


@cache
def _font(name: str) -> str:
    """Register one of the fonts that come with the library, which are put into the file."""
    folder = Path(reportlab.__file__).parent / "fonts"
    registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    return name
