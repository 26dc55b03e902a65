"""`docs/promises.md`: each promise and the rules that keep it, out of the policy files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from telecom_privacy.policies.model import Policy, Rule
from telecom_privacy.policies.promises import PROMISES, Promise
from telecom_privacy.policies.words import (
    condition_in_words,
    end_in_words,
    start_in_words,
    term_in_words,
)

Cells = tuple[str, ...]

_HEAD = """\
# Promises

Each promise of the five published notices about how long data is kept, and what keeps it. This
page is made from `config/policies/*.toml` by `telecom-privacy policies table`; a test fails where
it differs. Where several terms of one purpose apply to a record, the one that is over first erases
it, unless a legal minimum or a hold forbids. "Derived" marks what the notice leaves open.
"""
_COLUMNS = (
    "notice",
    "data",
    "as",
    "purpose",
    "starts at",
    "kept",
    "at the end",
    "legal basis",
    "recipients",
)


def promise_table(policies: Mapping[str, Policy]) -> str:
    """Return the page, in Markdown. Of each policy its newest version speaks."""
    rules: defaultdict[str, list[tuple[str, Rule]]] = defaultdict(list)
    for name, policy in sorted(policies.items()):
        for rule in policy.versions[-1].rules:
            rules[rule.id].append((name, rule))
    sections = ("\n".join(_section(promise, rules[promise.id])) for promise in PROMISES)
    return "\n".join([_HEAD, *sections])


def _section(promise: Promise, rules: Iterable[tuple[str, Rule]]) -> Iterator[str]:
    yield f"## {promise.id}: {promise.data}"
    yield ""
    yield f"Promised by {_promised_by(promise)}."
    yield ""
    if promise.mechanism:
        yield promise.mechanism
        yield ""
    rows = _rows(rules)
    if rows:
        yield _row(_COLUMNS)
        yield "|" + " --- |" * len(_COLUMNS)
        yield from map(_row, rows)
        yield ""


def _promised_by(promise: Promise) -> str:
    if promise.notices:
        return " and ".join(promise.notices)
    return "no notice: it follows from the law and from the operator's accountability"


def _rows(rules: Iterable[tuple[str, Rule]]) -> list[Cells]:
    """Return a row for each different promise, with all notices and categories that share it."""
    notices: defaultdict[Cells, list[str]] = defaultdict(list)
    for name, rule in rules:
        notices[rule.category, *_cells(rule)].append(name)
    categories: defaultdict[Cells, list[str]] = defaultdict(list)
    for (category, *cells), names in notices.items():
        categories[", ".join(names), *cells].append(f"`{category}`")
    return [(names, ", ".join(found), *cells) for (names, *cells), found in categories.items()]


def _cells(rule: Rule) -> Cells:
    return (
        rule.role,
        rule.purpose.replace("_", " ") + ("" if rule.enabled else " (off)"),
        _start(rule),
        term_in_words(rule),
        end_in_words(rule),
        rule.legal_basis,
        ", ".join(rule.recipients),
    )


def _start(rule: Rule) -> str:
    said = [start_in_words(rule.trigger), condition_in_words(rule)]
    if rule.not_before:
        said.insert(1, f"not before {start_in_words(rule.not_before)}")
    return "; ".join(part for part in said if part)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
