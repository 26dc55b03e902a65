"""What the demo prints, on a terminal and elsewhere."""

import io
import time

import pytest

from telecom_privacy import serving
from telecom_privacy.demo.show import Screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_claim_that_does_not_hold_ends_the_command_with_one_line_and_status_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ending, serving.one_line_errors():
        Screen().claim("nothing is found", False)
    assert ending.value.code == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "telecom-privacy: this does not hold: nothing is found\n"


def test_a_claim_that_holds_is_printed() -> None:
    out = io.StringIO()
    Screen(out).claim("nothing is found", True)
    assert out.getvalue() == "  ok  nothing is found\n"


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain, refused = Terminal(), io.StringIO(), Terminal()
    Screen(coloured).heading("Summary")
    Screen(plain).heading("Summary")
    monkeypatch.setenv("NO_COLOR", "1")
    Screen(refused).heading("Summary")
    assert "\x1b[" in coloured.getvalue()
    assert plain.getvalue() == refused.getvalue() == "\nSummary\n"


def test_progress_is_four_lines_at_most_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    progress = Screen(out).progress("calls", 1000)
    for _ in range(1000):
        progress.advance()
    lines = out.getvalue().splitlines()
    assert [line.split("(")[1] for line in lines] == ["25 %)", "50 %)", "75 %)", "100 %)"]


def test_progress_is_a_bar_on_a_terminal_and_ends_as_one_line() -> None:
    out = Terminal()
    progress = Screen(out).progress("calls", 4)
    progress.advance(2)
    assert "[################----------------] 2 of 4 (50 %)" in out.getvalue()
    progress.advance(2)
    assert out.getvalue().endswith("calls           4 of 4 (100 %)\n")


def test_the_columns_of_a_table_are_aligned() -> None:
    out = io.StringIO()
    Screen(out).table([("call", "outcome"), ("a-long-name", "BUSY"), ("b", "ANSWERED")])
    assert [line.strip() for line in out.getvalue().splitlines()] == [
        "call         outcome",
        "a-long-name  BUSY",
        "b            ANSWERED",
    ]


def test_waiting_lasts_until_the_time_has_come() -> None:
    until = time.time() + 0.05
    Screen(io.StringIO()).wait("the term is over", until)
    assert time.time() >= until
