"""Texts in CSV: harmless in a spreadsheet, and the same when they are read back."""

import csv
import io
import json

from hypothesis import example, given
from hypothesis import strategies as st

from telecom_privacy.reversibility.tables.csv_text import csv_rows, guarded, unguarded
from telecom_privacy.reversibility.tables.table_writer import json_line

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ODD = st.one_of(TEXTS, st.text("=+-@'\t\r\n\",;é\u202e\u2028\U0001f469\uff1d0"))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), ODD),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ODD, inner, max_size=3)),
    max_leaves=8,
)


def read(data: bytes) -> list[list[str]]:
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    return list(csv.reader(text))


@given(st.lists(st.lists(ODD, min_size=2, max_size=4), max_size=4))
def test_texts_come_back_as_they_were(rows: list[list[str]]) -> None:
    found = read(csv_rows(rows))
    assert [[unguarded(cell) for cell in row] for row in found] == rows


@given(st.dictionaries(ODD, JSON, min_size=1, max_size=4))
def test_objects_come_back_as_they_were(value: dict[str, object]) -> None:
    ((cell, after),) = read(csv_rows([[value, "after"]]))
    assert (json.loads(cell), after) == (value, "after")
    line = json_line(value)
    assert json.loads(line) == value
    assert line.count(b"\n") == 1
    assert b"\r" not in line


@given(ODD)
@example("+33612345678")
@example("+33612345678 =1")
@example("=1+1")
@example("'=1+1")
def test_no_cell_is_a_formula(text: str) -> None:
    cell = guarded(text)
    number = text.startswith("+") and text[1:].isascii() and text[1:].isdigit()
    assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    assert cell == text or (cell[0], cell[1:]) == ("'", text)


def test_a_telephone_number_stays_a_number() -> None:
    assert guarded("+33612345678") == "+33612345678"


def test_nothing_is_an_empty_cell_and_truth_is_lower_case() -> None:
    assert csv_rows([[None, True, False, 17]]) == b",true,false,17\r\n"
