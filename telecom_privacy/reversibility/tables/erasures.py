"""What was erased of the client's data before, and why: as its certificates say it."""

from collections.abc import Iterable, Mapping
from typing import Any

from telecom_privacy.erasure.model import (
    DELETED_BY_CLIENT,
    LICENCE_ANONYMISED,
    OBJECTED,
    RIGHT_EXERCISED,
)
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.words import duration_in_words, start_in_words
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

ERASURES = Table(
    name="erasures",
    path="erasures",
    title="What was erased before, by day, rule and category",
    fields=(
        Field("day", "When it was withdrawn from use, in the operator's time zone", Type.DATE),
        Field("category", "Of what"),
        Field("rule", "The promise under which it was erased"),
        Field("reason", "That rule in words, as it is now"),
        Field("records", "How many records", Type.INTEGER),
        Field("certificate", "The erasure certificate that says so"),
    ),
    primary_key=("certificate", "category", "rule"),
)

_REASONS = {
    DELETED_BY_CLIENT: "deleted by the client",
    OBJECTED: "the caller objected to the recording",
    RIGHT_EXERCISED: "erased at the person's request",
    LICENCE_ANONYMISED: "the licence was anonymised on the client's instruction",
}


def erasure_rows(
    certificates: Iterable[Mapping[str, Any]], terms: Iterable[Term]
) -> list[Mapping[str, Any]]:
    """Return what each certificate counts, by day: there is one a day at most.

    `terms` put its rules into words.
    """
    said = {(term.rule.category, term.rule_id): _in_words(term) for term in terms}
    rows = [
        _row(certificate, counted, said)
        for certificate in certificates
        for counted in certificate["counts"]
    ]
    return sorted(rows, key=lambda row: (row["day"], row["category"], row["rule"]))


def _row(
    certificate: Mapping[str, Any], counted: Mapping[str, Any], said: Mapping[Any, str]
) -> Mapping[str, Any]:
    category, rule = counted["category"], counted["rule"]
    return {
        "day": certificate["day"],
        "category": category,
        "rule": rule,
        "reason": _REASONS.get(rule) or said.get((category, rule)),
        "records": counted["count"],
        "certificate": certificate["id"],
    }


def _in_words(term: Term) -> str:
    return f"{duration_in_words(term.duration)} from {start_in_words(term.rule.trigger)} are over"
