"""The slip: what it says, and that hostile texts stay texts in it."""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest

from telecom_privacy.disclosure.package import slip_html, slip_pdf
from telecom_privacy.disclosure.package.formats import visible
from telecom_privacy.disclosure.package.model import Delivery
from telecom_privacy.disclosure.package.slip import blocks
from telecom_privacy.disclosure.package.slip_blocks import Block
from tests.disclosure.package.builders import CALLS, HOSTILE, delivery, hostile
from tests.programs import program

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "bdi"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "class", "scope", "width"}
NOTHING = delivery(calls=tuple, records=tuple, recordings=tuple, proofs=(), order=None)


class Page(HTMLParser):
    """The elements, attributes and texts of a page."""

    def __init__(self, made: Delivery) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(b"".join(slip_html.page(made)).decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def pdf_text(made: Delivery, folder: Path) -> str:
    file = folder / "bordereau.pdf"
    file.write_bytes(slip_pdf.document(made))
    command = [program("pdftotext"), "-layout", "-enc", "UTF-8", str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def test_hostile_texts_are_texts_of_the_page_and_nothing_else() -> None:
    page = Page(hostile())
    assert page.elements <= ALLOWED
    assert page.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "class",
        "scope",
        "width",
    }
    assert visible(HOSTILE) in page.texts


def test_the_page_lets_nothing_load_or_run() -> None:
    policy = b"".join(slip_html.page(delivery())).decode().split('content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "said",
    [
        "PV 2026/004217",
        "Brigade de recherches de Villeneuve (police judiciaire)",
        "Code de procédure pénale, article 60-2",
        "Un appel hors de la période.",
        "+33187654321",
        "masqué",
        "sans réponse",
        "recordings/0b54.wav",
        "Approbation de la remise",
        "25/10/2026 02:30:00 (UTC+01:00)",
    ],
)
def test_the_page_says_what_was_asked_found_and_given(said: str) -> None:
    assert said in Page(delivery()).texts


def test_both_slips_say_what_no_schema_judged_and_how_to_verify(tmp_path: Path) -> None:
    page = " ".join(Page(delivery()).texts)
    paper = " ".join(pdf_text(delivery(), tmp_path).split())
    for text in (page, paper):
        assert "NON VALIDÉE PAR UN SCHÉMA" in text
        assert "openssl cms -verify -cades" in text
        assert "code de retour différent de 0" in text


def test_a_slip_with_nothing_found_says_so(tmp_path: Path) -> None:
    assert "Aucun appel n'est remis." in Page(NOTHING).texts
    assert "Aucune donnée n'est disponible" in pdf_text(NOTHING, tmp_path)


def test_the_paper_shows_every_cell_of_the_page(tmp_path: Path) -> None:
    paper = re.sub(r"\s", "", pdf_text(delivery(), tmp_path))
    for text in ("+33612345678", "appel-0002", "abonne-7", '{"nom":"Exemple"}', "poste-42"):
        assert text in paper


def test_hostile_texts_are_drawn_on_paper_and_are_no_code(tmp_path: Path) -> None:
    paper = re.sub(r"\s", "", pdf_text(hostile(), tmp_path))
    assert "<script>alert(1)</script>" in paper
    command = [program("pdfinfo"), str(tmp_path / "bordereau.pdf")]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert re.search(r"JavaScript: +no", shown)
    assert re.search(r"Page size: +595\.\d+ x 841\.\d+ pts \(A4\)", shown)


def test_the_paper_is_cut_where_nobody_would_read_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slip_pdf, "MOST_ROWS", 5)
    many = delivery(calls=lambda: CALLS * 2)
    assert "La suite de ce tableau figure dans bordereau.html" in pdf_text(many, tmp_path)
    assert len([text for text in Page(many).texts if text == "appel-0002"]) == 2


def test_the_same_slip_has_the_same_bytes() -> None:
    assert slip_pdf.document(hostile()) == slip_pdf.document(hostile())
    assert list(slip_html.page(hostile())) == list(slip_html.page(hostile()))


def test_two_slips_are_never_drawn_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing, most = [], []

    def watched(made: Delivery) -> Iterator[Block]:
        drawing.append(made)
        most.append(len(drawing))
        yield from blocks(made)
        drawing.pop()

    monkeypatch.setattr(slip_pdf, "blocks", watched)
    with ThreadPoolExecutor(4) as threads:
        assert len(list(threads.map(slip_pdf.document, [delivery()] * 20))) == 20
    assert set(most) == {1}
