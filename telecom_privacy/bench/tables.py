"""Figures as text: one layout for the terminal, one for the documents."""

from collections.abc import Sequence
from math import isfinite, log10

from telecom_privacy.bench.model import Great, Measurement, Run

_HEADER = ("figure", "median", "min - max", "CPU", "great", "")
_DIGITS = 3


def number(value: float) -> str:
    """Three digits that count; all digits of what is above a thousand."""
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    decimals = max(0, _DIGITS - 1 - int(log10(abs(value)) // 1))
    return f"{value:,.{min(decimals, 6)}f}"


def terminal_table(measurements: Sequence[Measurement]) -> str:
    """Columns that stand below each other."""
    rows = [_HEADER, *(_row(one) for one in measurements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = ["  ".join(_padded(row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def markdown_table(measurements: Sequence[Measurement]) -> str:
    rows = [_HEADER, ("---", *("---:",) * 4, "---"), *(_row(one) for one in measurements)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def circumstances(run: Run) -> Sequence[str]:
    """One line each: machine, seed, rounds, what was counted."""
    stated = {**run.machine, "seed": str(run.seed), "rounds": str(run.rounds), **run.outcome.facts}
    return [f"{name}: {value}" for name, value in stated.items()]


def verdict(measurement: Measurement) -> str:
    if measurement.is_great is None:
        return ""
    return "great" if measurement.is_great else "below"


def _row(measurement: Measurement) -> tuple[str, ...]:
    values, unit = measurement.values, f" {measurement.unit}" if measurement.unit else ""
    told = (verdict(measurement), measurement.note)
    return (
        measurement.name,
        number(measurement.median) + unit,
        f"{number(min(values))} - {number(max(values))}",
        number(_middle(measurement.processor)) + unit if measurement.processor else "",
        _bound(measurement.great),
        "; ".join(part for part in told if part),
    )


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _bound(great: Great | None) -> str:
    if great is None:
        return ""
    return f"{'≤' if great.at_most else '≥'} {number(great.limit)}"


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first = [row[0].ljust(widths[0])]
    figures = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
    return [*first, *figures, row[-1]]
