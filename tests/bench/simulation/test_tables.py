"""docs/scaling.md says what follows from the run that is kept."""

from pathlib import Path

from telecom_privacy.bench import command_line
from telecom_privacy.bench.page import BEGIN, END, between_markers
from telecom_privacy.bench.results import read_run, write_run
from telecom_privacy.bench.simulation.tables import simulated
from tests.bench.sizes.costs import SIZES

_DOCS = Path(__file__).parents[3] / "docs"


def test_the_document_shows_what_is_simulated_from_the_sizes_that_are_kept():
    page = (_DOCS / "scaling.md").read_text()
    sizes = read_run(_DOCS / "performance" / "sizes.json")
    assert between_markers(page, simulated(sizes)) == page


def test_the_tables_show_collections_rates_and_needs():
    text = simulated(SIZES, (3_000_000,))
    assert "| `bulk.calls` | 1,000,000 | 1.80 | 0.500 |" in text
    assert "| **keystore, all of it** | 320,000 | 0.520 | 0.280 |" in text
    assert "| a call handed in | 500 | 333 |" in text
    assert "| a call read | 200 | not measured |" in text
    assert "| 3,000,000 | 100 |" in text
    assert "2 x Example" in text


def test_it_is_printed_and_reported_from_a_run_in_a_file(tmp_path, capsys):
    for name in ("performance.md", "scaling.md"):
        (tmp_path / name).write_text(f"{BEGIN}\n{END}\n")
    file = tmp_path / "sizes.json"
    write_run(SIZES, file)
    assert command_line.main(["simulate", "--sizes", str(file), "--calls", "5000,70000"]) == 0
    assert "| 70,000 |" in capsys.readouterr().out
    assert command_line.main(["report", str(file), "--page", str(tmp_path / "performance.md")]) == 0
    assert simulated(SIZES) in (tmp_path / "scaling.md").read_text()
