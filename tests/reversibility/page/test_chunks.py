"""What rows become in scripts: the same rows again, and nothing that means anything else."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.reversibility.page.chunks import Chunks, script_call
from tests.reversibility.page.builders import EVIL, Folder, texts_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.lists(st.text() | st.just(EVIL), max_size=3))
def test_a_script_holds_its_texts_and_no_markup(texts: list[str]) -> None:
    script = script_call("receive", *texts)

    assert texts_of(script) == texts
    assert not set(script) & set(b"<>&")
    assert script.count(b"\n") == 1


@given(JSON)
def test_rows_come_back_as_they_were(value: object) -> None:
    row = {"__proto__": value, EVIL: value}
    assert json.loads(texts_of(script_call("receive", "rows", json.dumps([row])))[1]) == [row]


def test_rows_of_a_month_lie_together_in_files_of_bounded_size(tmp_path: Path) -> None:
    chunks = Chunks(Folder(tmp_path), "calls", ("id", "note"))
    for number in range(5):
        month = "2026-10" if number > 2 else "2026-11"
        chunks.take({"id": number, "note": "x" * 600_000}, f"{month}-0{5 - number}", month)
    described = chunks.close()

    assert described["count"] == 5
    assert described["columns"] == ["id", "note"]
    files = [(one["file"], one["count"], one["first"], one["last"]) for one in described["chunks"]]
    assert files == [
        ("calls-2026-11", 2, "2026-11-04", "2026-11-05"),
        ("calls-2026-11-2", 1, "2026-11-03", "2026-11-03"),
        ("calls-2026-10", 2, "2026-10-01", "2026-10-02"),
    ]
    for file, count, *_ in files:
        name, rows = texts_of((tmp_path / f"data/index/{file}.js").read_bytes())
        assert name == file
        assert len(json.loads(rows)) == count


def test_a_table_without_rows_needs_no_file(tmp_path: Path) -> None:
    described = Chunks(Folder(tmp_path), "calls", ("id",)).close()

    assert described == {"name": "calls", "columns": ["id"], "count": 0, "chunks": []}
    assert not list(tmp_path.iterdir())
