"""The program of docs/packages.md that reads a package anywhere, as it stands there."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reversibility.tables.builders import AUDIO, CALLS, NOTES

PAGE = Path(__file__).parents[3] / "docs/packages.md"


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    path = tmp_path / "read_package.py"
    path.write_text(program)
    return path


def run(reader: Path, bag: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(reader), str(bag), str(reader.parent / "read.db")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_reads_every_table(reader: Path, bag: Path) -> None:
    done = run(reader, bag)
    assert (done.returncode, done.stderr) == (0, "")

    database = sqlite3.connect(reader.parent / "read.db")
    query = "SELECT calls.id, path FROM calls LEFT JOIN recordings ON call_id = calls.id"
    found = database.execute(query).fetchall()
    assert {name for name, _ in found} == set(CALLS)
    paths = [path for _, path in found if path]
    assert len(paths) == len(AUDIO)
    assert all((bag / "data" / path).is_file() for path in paths)
    notes = database.execute('SELECT id FROM "records-call_note"').fetchall()
    assert {name for (name,) in notes} == set(NOTES)


def test_it_refuses_what_was_altered(reader: Path, bag: Path, tmp_path: Path) -> None:
    listed = (bag / "manifest-sha256.txt").read_text().splitlines()
    (line,) = [line for line in listed if line.endswith("data/calls.jsonl")]
    (tmp_path / "data").mkdir()
    (tmp_path / "data/calls.jsonl").write_text("{}")
    (tmp_path / "manifest-sha256.txt").write_text(line)

    assert run(reader, tmp_path).stderr.strip() == "data/calls.jsonl was altered"
