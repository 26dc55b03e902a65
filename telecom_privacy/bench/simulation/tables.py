"""The tables of docs/scaling.md, between its markers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from telecom_privacy.bench.model import Run
from telecom_privacy.bench.opponents.server import NOTHING, Footprint
from telecom_privacy.bench.page import between_markers, rewrite
from telecom_privacy.bench.simulation.model import (
    DATABASES,
    Habits,
    Need,
    left_by_million,
    need,
)
from telecom_privacy.bench.sizes.model import Cost, costs_of
from telecom_privacy.bench.tables import circumstances, number

CALLS_A_DAY = (10_000, 100_000, 1_000_000, 10_000_000)
_GIGA, _TERA = 1e9, 1e12
_SMALL = 1e7
"""Bytes by a million calls: less of a collection is not shown by itself."""


def simulated(sizes: Run, calls_a_day: Sequence[int] = CALLS_A_DAY) -> str:
    """The tables of what a run of `bench sizes` measured, as Markdown."""
    costs, habits = costs_of(sizes), Habits()
    parts = (
        "### A million calls",
        _table(_MILLION, _million(left_by_million(costs, habits))),
        "### Acts by a core",
        _table(_RATES, _rates(costs)),
        "### An operator with so many calls a day",
        _table(_NEEDS, (_need(need(number, costs, habits)) for number in calls_a_day)),
        "Measured with " + "; ".join(circumstances(sizes)) + ".",
    )
    return "".join(f"\n{part}\n" for part in parts)


def write_scaling(sizes: Run, page: Path) -> None:
    """Raises `ConfigurationError` for a page that cannot be written or has no markers."""
    rewrite(page, lambda text: between_markers(text, simulated(sizes)))


_MILLION = ("collection", "documents", "data, GB", "indexes, GB")
_RATES = ("act", "a second by a worker's core", "by a database's core")
_NEEDS = (
    "calls a day",
    "calls a second",
    "all acts a second",
    "workers",
    "database cores",
    "audio, TB",
    "other bulk data, TB",
    "keystore, GB",
    "audit, GB a year",
    "shards",
)


def _million(left: Mapping[str, Footprint]) -> Iterator[Sequence[str]]:
    for database in DATABASES:
        own = {name: one for name, one in left.items() if name.startswith(f"{database}.")}
        shown = {name: one for name, one in own.items() if one.data + one.indexes >= _SMALL}
        for name, one in shown.items():
            yield _sized(f"`{name}`", one)
        yield _sized(f"**{database}, all of it**", _total(own.values()))


def _sized(name: str, one: Footprint) -> Sequence[str]:
    figures = (one.documents, one.data / _GIGA, one.indexes / _GIGA)
    return (name, *(number(figure) for figure in figures))


def _total(parts: Iterable[Footprint]) -> Footprint:
    documents = data = indexes = 0.0
    for one in parts:
        documents += one.documents
        data += one.data
        indexes += one.indexes
    return Footprint(documents, data, indexes) if documents else NOTHING


def _rates(costs: Mapping[str, Cost]) -> Iterator[Sequence[str]]:
    for act, cost in costs.items():
        yield (act, _rate(cost.service), _rate(cost.database))


def _rate(milliseconds: float) -> str:
    return number(1000 / milliseconds) if milliseconds > 0 else "not measured"


def _need(one: Need) -> Sequence[str]:
    return (
        f"{one.calls_a_day:,}",
        number(one.calls),
        number(one.acts),
        f"{one.workers:,}",
        number(one.database_cores),
        number(one.audio / _TERA),
        number(one.bulk / _TERA),
        number(one.keystore / _GIGA),
        number(one.audit / _GIGA),
        f"{one.shards:,}",
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rules = ("---", *("---:",) * (len(header) - 1))
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rules, *rows))
