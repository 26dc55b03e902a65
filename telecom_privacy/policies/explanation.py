"""Why a record is due when it is: each rule in force, its start and its end, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from telecom_privacy.policies.due import Verdict
from telecom_privacy.policies.facts import FOREVER, Facts
from telecom_privacy.policies.model import AGREED_TERM_RULE
from telecom_privacy.policies.period import decide
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.timeline import Timeline
from telecom_privacy.policies.words import (
    condition_in_words,
    duration_in_words,
    start_in_words,
)
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class Question:
    """A record as far as its term goes; `at` is the instant whose rules and contract are read."""

    category: str
    role: Role
    occurred_at: datetime
    events: Mapping[str, datetime]
    at: datetime


def explain(timeline: Timeline, question: Question, verdict: Verdict) -> Iterator[str]:
    """Yield lines: the version in force, each of its rules with its dates, and what decides.

    `verdict` is that of the client's whole history; `timeline` must be of the same client.
    """
    version = timeline.version_in_force(question.at)
    policy = timeline.history.policy_in_force(question.at)
    yield f"policy {policy}, version of {version.valid_from}"
    facts = _facts(timeline, question)
    ends = []
    for purpose, terms in timeline.rules(question.category, question.role, question.at).items():
        yield f"for the purpose {purpose}:"
        yield from (f"  {_term(term, facts)}" for term in terms)
        over_at, deciding = decide(terms, facts, Term.over_at)
        ends.append(over_at)
        yield f"  -> {_purpose_end(over_at, deciding, facts)}"
    yield from _conclusion(verdict, max(ends, default=FOREVER), facts)


def _facts(timeline: Timeline, question: Question) -> Facts:
    return Facts(
        question.at,
        question.occurred_at,
        question.events,
        timeline.contract_in_force(question.at),
        timeline.zone,
    )


def _term(term: Term, facts: Facts) -> str:
    said = f"{term.rule.id}: {_kept(term)} from {start_in_words(term.rule.trigger)}"
    if term.rule.not_before:
        said += f", not before {start_in_words(term.rule.not_before)}"
    return f"{said}: {_when_over(term, facts)}"


def _kept(term: Term) -> str:
    kept = duration_in_words(term.duration)
    if term.rule_id == AGREED_TERM_RULE and term.rule.id != AGREED_TERM_RULE:
        kept += f" (agreed with the client, {AGREED_TERM_RULE})"
    elif term.rule.option and term.duration == term.rule.option.duration:
        kept += f" (with the {term.rule.option.name.replace('_', ' ')})"
    if term.rule.at_least:
        kept += f", never less than {duration_in_words(term.rule.at_least)},"
    return kept


def _when_over(term: Term, facts: Facts) -> str:
    if not term.applies(facts):
        return f"does not apply ({condition_in_words(term.rule)})"
    over_at = term.over_at(facts)
    if over_at == FOREVER:
        return "not started"
    if term.rule.archive:
        archived = _moment(term.use_over_at(facts), facts)
        return f"archived for legal staff from {archived}, over {_moment(over_at, facts)}"
    return f"over {_moment(over_at, facts)}"


def _purpose_end(over_at: datetime, deciding: Term, facts: Facts) -> str:
    if over_at == FOREVER:
        return "no end is known yet"
    if over_at > deciding.over_at(facts):
        return f"over {_moment(over_at, facts)}: a legal minimum forbids to erase sooner"
    return f"over {_moment(over_at, facts)} by {deciding.rule_id}, which is over first"


def _conclusion(verdict: Verdict, expected: datetime, facts: Facts) -> Iterator[str]:
    if verdict.due_at is None:
        yield "due: not known yet"
    else:
        yield f"due: {_moment(verdict.due_at, facts)} by {verdict.rule_id} ({verdict.action})"
    if verdict.archived_from is not None:
        yield f"for legal staff only from {_moment(verdict.archived_from, facts)}"
    if (verdict.due_at or FOREVER) != max(expected, facts.occurred_at):
        yield (
            "the rules in force now are not all that counts: a shorter term waits for the grace,"
            " and a term that was over stays over"
        )
    if verdict.is_due(facts.at):
        yield "nothing may be done with it any more, but erase it; a hold would keep it sealed"


def _moment(moment: datetime, facts: Facts) -> str:
    return moment.astimezone(facts.zone).isoformat(" ", "seconds")
