"""Which terms are in force for a client's records of one category, from when to when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import pairwise

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.duration import Duration, end_of_term, start_of_day
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import (
    AGREED_TERM_RULE,
    Category,
    Policy,
    PolicyVersion,
    Purpose,
    Rule,
    Trigger,
)
from telecom_privacy.policies.term import BEGINNING, FOREVER, FixedTerm, RunningTerm, Span, Term
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class Timeline:
    """A client's history read against the policies; months are counted in `zone`."""

    history: ClientHistory
    policies: Mapping[str, Policy]
    zone: tzinfo

    def version_in_force(self, at: datetime) -> PolicyVersion:
        """Return the version of the client's policy; before the initial state, the initial one.

        Raises:
            ConfigurationError: the client is bound to a policy that has no file.
        """
        at = max(at, self.history.began_at)
        policy = self._policy(self.history.policy_in_force(at))
        return policy.version_on(at.astimezone(self.zone).date())

    def spans(self, category: Category, role: Role) -> dict[Purpose, tuple[Span, ...]]:
        """Return the spans of each purpose, ascending, without those in which it does not apply.

        A category that the policy names only later is judged by its first rules for the time
        before, as a client is by its initial state.
        """
        spans: defaultdict[Purpose, list[Span]] = defaultdict(list)
        first_start: datetime | None = BEGINNING
        for start, end in pairwise(self._boundaries()):
            terms = self._terms(category, role, start)
            for purpose, in_force in terms.items():
                _append(spans[purpose], Span(first_start or start, end, in_force))
            first_start = None if terms else first_start
        return {purpose: tuple(found) for purpose, found in spans.items()}

    def after_contract(self, role: Role) -> Iterator[datetime]:
        """Yield when each term that the contract's end starts is over, as agreed on that day."""
        if self.history.contract_ended_on is None:
            return
        at = end_of_term(self.history.contract_ended_on, Duration(), self.zone)
        for category in Category:
            for terms in self._terms(category, role, at).values():
                yield from (term.ends_at for term in terms if isinstance(term, FixedTerm))

    def _boundaries(self) -> list[datetime]:
        changes = {*self.history.change_instants(), *self._version_starts()}
        return [BEGINNING, *sorted(changes), FOREVER]

    def _version_starts(self) -> Iterator[datetime]:
        for name in {change.policy for change in self.history.policies}:
            for version in self._policy(name).versions:
                yield start_of_day(version.valid_from, self.zone)

    def _policy(self, name: str) -> Policy:
        try:
            return self.policies[name]
        except KeyError as error:
            raise ConfigurationError(f"a client is bound to {name}, which has no file") from error

    def _terms(
        self, category: Category, role: Role, at: datetime
    ) -> dict[Purpose, tuple[Term, ...]]:
        terms: defaultdict[Purpose, tuple[Term, ...]] = defaultdict(tuple)
        for rule in self.version_in_force(at).rules_for(category, role):
            terms[rule.purpose] += (self._term(rule, at),)
        return dict(terms)

    def _term(self, rule: Rule, at: datetime) -> Term:
        rule_id, duration = self._duration(rule, at)
        if rule.trigger is not Trigger.CONTRACT_ENDED:
            return RunningTerm(rule_id, duration, rule.at_least, rule.floor, self.zone)
        ends_at = max(self._after_contract(duration), self._after_contract(rule.at_least))
        return FixedTerm(rule_id, ends_at, self._after_contract(rule.floor))

    def _duration(self, rule: Rule, at: datetime) -> tuple[str, Duration]:
        """An agreed term is the most specific promise: it goes before an option's."""
        agreed = self.history.term_in_force(rule.category, at) if rule.negotiable else None
        if agreed is not None:
            return AGREED_TERM_RULE, agreed
        if rule.option and self.history.option_in_force(rule.option.name, at):
            return rule.id, rule.option.duration
        return rule.id, rule.duration

    def _after_contract(self, duration: Duration | None) -> datetime:
        if duration is None:
            return BEGINNING
        if self.history.contract_ended_on is None:
            return FOREVER
        return end_of_term(self.history.contract_ended_on, duration, self.zone)


def _append(spans: list[Span], span: Span) -> None:
    """Add a span, or lengthen the last one where the change did not touch its terms."""
    if spans and spans[-1].end == span.start and spans[-1].terms == span.terms:
        spans[-1] = replace(spans[-1], end=span.end)
    else:
        spans.append(span)
