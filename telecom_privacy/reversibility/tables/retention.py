"""Which rule keeps what, and until when: what was promised about the data of a package."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.words import condition_in_words, start_in_words
from telecom_privacy.reversibility.tables.kept import Kept
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

_DURATION = "an ISO 8601 duration: days and hours exact, months and years by the calendar"

RETENTION = Table(
    name="retention",
    path="retention",
    title="Retention rules in force for the client's data",
    fields=(
        Field("number", "The row's number", Type.INTEGER),
        Field("category", "Of what"),
        Field("rule", "The promise that sets the term, e.g. RET-1; RET-8 where it was agreed"),
        Field("purpose", "What the category is kept for"),
        Field("legal_basis", "On which ground"),
        Field("starts_at", "What starts the term"),
        Field("condition", "When the rule applies; empty: always"),
        Field("duration", f"How long it is kept from then on: {_DURATION}"),
        Field("at_least", f"What it is never less than: {_DURATION}"),
        Field("legal_minimum", f"How long a law asks to keep it: {_DURATION}"),
        Field("records", "How many records of this package the rule ends", Type.INTEGER),
        Field("first_due_at", "When the first of them ends; UTC", Type.DATETIME),
        Field("last_due_at", "When the last of them ends; UTC", Type.DATETIME),
    ),
    primary_key=("number",),
)


def retention_rows(terms: Iterable[Term], kept: Kept) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each term, then one for what no rule ends as far as is known now."""
    number = 0
    for number, term in enumerate(sorted(terms, key=_order), start=1):
        yield {"number": number, **_term_row(term), **_due(term, kept)}
    for category, count in sorted(kept.endless()):
        number += 1
        yield {"number": number, "category": category, "records": count}


def _order(term: Term) -> tuple[str, ...]:
    rule = term.rule
    return rule.category, term.rule_id, rule.purpose, rule.trigger.value, str(term.duration)


def _term_row(term: Term) -> Mapping[str, Any]:
    rule = term.rule
    return {
        "category": rule.category,
        "rule": term.rule_id,
        "purpose": rule.purpose,
        "legal_basis": rule.legal_basis,
        "starts_at": start_in_words(rule.trigger),
        "condition": condition_in_words(rule),
        "duration": str(term.duration),
        "at_least": rule.at_least and str(rule.at_least),
        "legal_minimum": rule.floor and str(rule.floor),
    }


def _due(term: Term, kept: Kept) -> Mapping[str, Any]:
    due = kept.of(term.rule.category, term.rule_id)
    return {
        "records": due.count,
        "first_due_at": due.first and to_text(due.first),
        "last_due_at": due.last and to_text(due.last),
    }
