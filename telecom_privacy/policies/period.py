"""A stretch of time in which nothing changes that decides a client's terms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from telecom_privacy.policies.facts import FOREVER, Contract, Facts
from telecom_privacy.policies.term import Term

RuleSet = Mapping[str, tuple[Term, ...]]
"""The terms of one category at a time, by purpose."""

End = Callable[[Term, Facts], datetime]
"""Which end of a term is looked at: that of its use, or that of all (`Term.over_at`)."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to `end`, which belongs to it where it is `closed`.

    `rule_sets` were in force now or within the grace before; a purpose is over when it is over
    under each of them.
    """

    start: datetime
    end: datetime
    contract: Contract
    rule_sets: tuple[RuleSet, ...]
    closed: bool = False

    def reaches(self, moment: datetime) -> bool:
        """Tell whether a moment that is not before the period is within it."""
        return moment < self.end or (self.closed and moment == self.end)

    @property
    def purposes(self) -> list[str]:
        """The purposes that any of the rule sets names."""
        return list(dict.fromkeys(purpose for rules in self.rule_sets for purpose in rules))

    @property
    def all_terms(self) -> list[Term]:
        """The terms of all purposes under all rule sets."""
        return [term for rules in self.rule_sets for found in rules.values() for term in found]

    @property
    def archives(self) -> bool:
        """Whether any term ends in the archive."""
        return any(term.rule.archive for term in self.all_terms)

    def terms(self, purpose: str) -> list[tuple[Term, ...]]:
        """Return the terms of a purpose under each rule set that names it."""
        return [rules[purpose] for rules in self.rule_sets if purpose in rules]


def decide(terms: tuple[Term, ...], facts: Facts, end: End) -> tuple[datetime, Term]:
    """Return when a purpose is over under one rule set, and the term that is over first.

    The earliest term ends it, but not before the legal minimum of any. While the conditions of
    none are met, nothing has begun to end it.
    """
    applying = [term for term in terms if term.applies(facts)]
    first = min(applying, key=lambda term: end(term, facts), default=None)
    if first is None:
        return FOREVER, terms[0]
    minima = (term.minimum_until(facts) for term in applying)
    return max([end(first, facts), *minima]), first
