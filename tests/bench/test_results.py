"""Runs are kept in files."""

import pytest

from telecom_privacy.bench.results import read_run, write_run
from telecom_privacy.errors import ConfigurationError
from tests.bench.runs import RUN


def test_a_run_is_read_as_it_was_written(tmp_path):
    write_run(RUN, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == RUN


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"outcome": {}}'])
def test_a_file_that_holds_no_run_is_told(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ConfigurationError, match="does not hold a run"):
        read_run(tmp_path / "run.json")


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_run(tmp_path / "missing.json")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_run(RUN, tmp_path / "missing" / "missing" / "run.json")
