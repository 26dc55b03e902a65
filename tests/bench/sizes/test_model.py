"""Costs are read back from the figures of a run."""

import pytest

from telecom_privacy.bench.results import read_run, write_run
from telecom_privacy.bench.sizes.model import costs_of
from tests.bench.runs import RUN
from tests.bench.sizes.costs import COSTS, SIZES


def test_costs_are_read_as_they_were_written(tmp_path):
    write_run(SIZES, tmp_path / "sizes.json")
    assert costs_of(read_run(tmp_path / "sizes.json")) == COSTS


def test_a_run_of_something_else_has_no_costs():
    with pytest.raises(KeyError):
        costs_of(RUN)
