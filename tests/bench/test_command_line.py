"""`./scripts/bench` as a program."""

import json

import pytest

from telecom_privacy.bench import command_line
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.model import Benchmark, Option
from telecom_privacy.bench.page import BEGIN, END
from tests.bench.runs import RUN


@pytest.fixture
def page(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    return page


@pytest.fixture
def invented(monkeypatch, database_settings):
    """One benchmark, which finds what was invented, on the tests' database."""
    monkeypatch.setenv("MONGODB_URI", str(database_settings.mongodb_uri))
    plans = []

    def run(plan):
        plans.append(plan)
        return RUN.outcome

    options = (Option("sizes", "so many"),)
    monkeypatch.setattr(command_line, "BENCHMARKS", (Benchmark("roles", "invented", run, options),))
    return plans


def test_all_keeps_each_run_in_a_file_and_writes_the_document(invented, page, capsys):
    assert command_line.main(["all", "--page", str(page), "--seed", "5", "--rounds", "4"]) == 0
    kept = json.loads((page.parent / "performance" / "roles.json").read_text())
    assert (kept["seed"], kept["rounds"]) == (5, 4)
    assert {"date", "commit", "cpu", "python", "server", "libmongocrypt"} <= kept["machine"].keys()
    assert "| C / A |" in page.read_text()
    assert "C / A" in capsys.readouterr().out


def test_a_quick_run_is_kept_nowhere(invented, page, capsys):
    before = page.read_text()
    assert command_line.main(["all", "--quick", "--page", str(page)]) == 0
    assert (invented[0].quick, invented[0].rounds) == (True, 1)
    assert page.read_text() == before
    assert not (page.parent / "performance").exists()


def test_one_run_is_written_where_asked_and_reported_later(invented, page, tmp_path, capsys):
    file = tmp_path / "run.json"
    assert command_line.main(["roles", "--json", str(file)]) == 0
    assert command_line.main(["report", str(file), "--page", str(page)]) == 0
    assert "| C / A |" in page.read_text()


def test_a_benchmark_is_told_its_own_options_and_nothing_where_none_are_given(invented, page):
    assert command_line.main(["roles", "--sizes", "10,200"]) == 0
    assert command_line.main(["all", "--quick", "--page", str(page)]) == 0
    assert [plan.given for plan in invented] == [{"sizes": (10, 200)}, {}]


@pytest.mark.parametrize("sizes", ["0,1", "many", ""])
def test_what_is_no_number_above_0_is_refused(invented, capsys, sizes):
    with pytest.raises(SystemExit):
        command_line.main(["roles", "--sizes", sizes])
    assert "--sizes" in capsys.readouterr().err


def test_a_wrong_answer_ends_it_with_one_line(monkeypatch, database_settings, capsys):
    monkeypatch.setenv("MONGODB_URI", str(database_settings.mongodb_uri))

    def run(plan):
        raise WrongAnswer("side C: read by key")

    monkeypatch.setattr(command_line, "BENCHMARKS", (Benchmark("roles", "invented", run),))
    with pytest.raises(SystemExit) as ended:
        command_line.main(["roles"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == "telecom-privacy: side C: read by key\n"
