"""What the demo prints: headings, aligned facts, claims that are checked, progress.

Colour, and lines that change in place, are for terminals only.
"""

import os
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TextIO

from telecom_privacy.demo.errors import ClaimFailed

_BOLD, _GREEN, _DIM = "1", "32", "2"
_BAR_WIDTH = 32
_LABEL_WIDTH = 16


class Screen:
    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._is_terminal = self._out.isatty()
        self._has_colour = self._is_terminal and "NO_COLOR" not in os.environ

    def heading(self, text: str) -> None:
        self._line(f"\n{self._styled(_BOLD, text)}")

    def note(self, text: str = "") -> None:
        self._line(f"  {text}")

    def fact(self, label: str, text: object) -> None:
        self._line(f"  {label:<{_LABEL_WIDTH}}{text}")

    def claim(self, text: str, holds: object) -> None:
        """Print a claim that holds. Raises `ClaimFailed` for one that does not."""
        if not holds:
            raise ClaimFailed(f"this does not hold: {text}")
        self._line(f"  {self._styled(_GREEN, 'ok')}  {text}")

    def output(self, text: str) -> None:
        """Show what a command printed."""
        for line in text.strip().splitlines():
            self._line(f"      {self._styled(_DIM, line)}")

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Print rows in columns as wide as they need; the first row names them."""
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            line = cells.rstrip()
            self._line(f"      {line if number else self._styled(_DIM, line)}")

    def progress(self, label: str, total: int) -> "Progress":
        return Progress(self, label, total)

    def wait(self, text: str, until: float) -> None:
        """Count down to `until` (Unix time, seconds)."""
        left = until - time.time()
        if not self._is_terminal:
            self.note(f"{text}: {max(left, 0):.0f} s to wait")
        while left > 0:
            self.replace(f"{text} in {timedelta(seconds=int(left) + 1)} ")
            time.sleep(min(left, 1))
            left = until - time.time()
        self.end_replacing()

    def replace(self, text: str) -> None:
        """On a terminal, write over the last line."""
        if self._is_terminal:
            self._out.write(f"\r  {text}\x1b[K")
            self._out.flush()

    def end_replacing(self) -> None:
        if self._is_terminal:
            self._out.write("\r\x1b[K")
            self._out.flush()

    @property
    def is_terminal(self) -> bool:
        return self._is_terminal

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _styled(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._has_colour else text


class Progress:
    """A bar on a terminal; elsewhere one line for every quarter."""

    def __init__(self, screen: Screen, label: str, total: int) -> None:
        self._screen = screen
        self._label = label
        self._total = total
        self._done = 0

    def advance(self, count: int = 1) -> None:
        quarters_before = 4 * self._done // self._total
        self._done += count
        if self._screen.is_terminal:
            self._screen.replace(self._bar())
        elif 4 * self._done // self._total > quarters_before:
            self._screen.fact(self._label, self._figures())
        if self._done >= self._total and self._screen.is_terminal:
            self._screen.end_replacing()
            self._screen.fact(self._label, self._figures())

    def _bar(self) -> str:
        filled = _BAR_WIDTH * self._done // self._total
        bar = "#" * filled + "-" * (_BAR_WIDTH - filled)
        return f"{self._label:<{_LABEL_WIDTH}}[{bar}] {self._figures()}"

    def _figures(self) -> str:
        width = len(str(self._total))
        return f"{self._done:>{width}} of {self._total} ({100 * self._done // self._total} %)"
