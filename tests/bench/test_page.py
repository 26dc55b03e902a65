"""The document of all figures is made from the runs that are kept."""

from pathlib import Path

import pytest

from telecom_privacy.bench.catalogue import BENCHMARKS
from telecom_privacy.bench.page import BEGIN, END, pictures_of, with_runs, write_report
from telecom_privacy.bench.results import read_run
from telecom_privacy.errors import ConfigurationError
from tests.bench.runs import RUN

_PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_EMPTY = f"# Figures\n\n{BEGIN}\n{END}\n\nThe end.\n"


def test_the_document_and_its_pictures_are_those_of_the_runs_kept_beside_it():
    kept = _PAGE.with_suffix("")
    paths = [kept / f"{one.name}.json" for one in BENCHMARKS]
    runs = [read_run(path) for path in paths if path.exists()]
    page = _PAGE.read_text()
    assert with_runs(page, runs) == page
    drawn = {path.name: path.read_text() for path in kept.glob("*.svg")}
    assert drawn == dict(pictures_of(runs))


def test_what_stands_around_the_markers_stays():
    page = with_runs(_EMPTY, [RUN])
    assert page.startswith(f"# Figures\n\n{BEGIN}\n")
    assert page.endswith(f"\n{END}\n\nThe end.\n")
    assert with_runs(page, [RUN]) == page
    for text in ("## `bench roles`", "### Roles", "| C / A |", "(performance/reads.svg)", "slow"):
        assert text in page
    assert "answers checked: 1,234" in page


def test_pictures_are_written_beside_the_document(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(_EMPTY)
    write_report([RUN], page)
    assert (tmp_path / "performance" / "reads.svg").read_text().startswith("<svg")
    assert "| C / A |" in page.read_text()


def test_a_document_without_markers_or_a_place_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="no markers"):
        with_runs("# Figures\n", [RUN])
    with pytest.raises(ConfigurationError, match=r"missing\.md"):
        write_report([RUN], tmp_path / "missing.md")
