"""Which terms are in force for a client's records of one category, from when to when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.agreed import within_bounds
from telecom_privacy.policies.duration import Duration, start_of_day
from telecom_privacy.policies.facts import BEGINNING, FOREVER, Contract
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import AGREED_TERM_RULE, Policy, PolicyVersion, Rule
from telecom_privacy.policies.period import Period, RuleSet
from telecom_privacy.policies.term import Term
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class _Reign:
    """The time in which one rule set is in force, without the grace after it."""

    start: datetime
    end: datetime
    rules: RuleSet

    def counts_at(self, at: datetime, grace: timedelta) -> bool:
        """Whether it counts at an instant, before the changes of that instant are made."""
        return self.start < at and (at <= self.end or at < self.end + grace)

    def counts_after(self, at: datetime, grace: timedelta) -> bool:
        return self.start <= at and (self.end == FOREVER or at < self.end + grace)


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

    def contract_in_force(self, at: datetime) -> Contract:
        """Return what was known of the contract's end."""
        known = self.history.contract_in_force(at)
        return Contract(known.ended_on, bool(known.keep_account)) if known else Contract()

    def rules(self, category: str, role: Role, at: datetime) -> RuleSet:
        """Return the terms in force at an instant."""
        terms: defaultdict[str, tuple[Term, ...]] = defaultdict(tuple)
        for rule in self.version_in_force(at).rules_for(category, role):
            if term := self._term(rule, at):
                terms[rule.purpose] += (term,)
        return dict(terms)

    def terms(self, role: Role, at: datetime) -> Iterator[Term]:
        """Yield the terms in force at an instant for all categories."""
        for rule in self.version_in_force(at).rules:
            if rule.enabled and rule.role is role and (term := self._term(rule, at)):
                yield term

    def periods(self, category: str, role: Role, grace: timedelta) -> tuple[Period, ...]:
        """Return the periods from the beginning of time on, without a gap.

        None if no version ever names the category. One that is named only later is judged by its
        first rules for the time before, as a client is by its initial state. A change counts
        after its own instant: what is due at that instant stays due.
        """
        reigns = list(self._reigns(category, role))
        changes = {reign.start for reign in reigns[1:]}
        instants = {*changes, *(at + grace for at in changes), *self.history.contract_instants()}
        found: list[Period] = []
        for start, end in pairwise([BEGINNING, *sorted(instants), FOREVER] if reigns else ()):
            at = tuple(reign.rules for reign in reigns if reign.counts_at(start, grace))
            after = tuple(reign.rules for reign in reigns if reign.counts_after(start, grace))
            if found:
                _close(found, start, at)
            found.append(Period(start, end, self.contract_in_force(start), after))
        return tuple(found)

    def kinds(self) -> frozenset[tuple[str, Role]]:
        """Return each category that any version ever named, with its role."""
        return frozenset(
            (rule.category, rule.role)
            for version in self.versions()
            for rule in version.rules
            if rule.enabled
        )

    def versions(self) -> Iterator[PolicyVersion]:
        """Yield every version that is, was or will be in force for the client, as far as known."""
        yield from map(self.version_in_force, self._changes())

    def _reigns(self, category: str, role: Role) -> Iterator[_Reign]:
        found: list[tuple[datetime, RuleSet]] = []
        for start in self._changes():
            rules = self.rules(category, role, start)
            if (found and found[-1][1] != rules) or (rules and not found):
                found.append((start if found else BEGINNING, rules))
        for (start, rules), (end, _) in pairwise([*found, (FOREVER, {})]):
            yield _Reign(start, end, rules)

    def _changes(self) -> list[datetime]:
        return [BEGINNING, *sorted({*self.history.change_instants(), *self._version_starts()})]

    def _version_starts(self) -> Iterator[datetime]:
        for name in {change.policy for change in self.history.policies}:
            for version in self._policy(name).versions:
                yield start_of_day(version.valid_from, self.zone)

    def _policy(self, name: str) -> Policy:
        try:
            return self.policies[name]
        except KeyError as error:
            raise ConfigurationError(f"a client is bound to {name}, which has no file") from error

    def _term(self, rule: Rule, at: datetime) -> Term | None:
        """An agreed term is the most specific promise: it goes before an option's.

        None where the rule leaves the term to an agreement, and there is none.
        """
        agreed = self.history.term_in_force(rule.category, at) if rule.negotiable else None
        if agreed is not None:
            return Term(rule, AGREED_TERM_RULE, within_bounds(rule, agreed))
        duration = self._duration(rule, at)
        return None if duration is None else Term(rule, rule.id, duration)

    def _duration(self, rule: Rule, at: datetime) -> Duration | None:
        if rule.option and self.history.option_in_force(rule.option.name, at):
            return rule.option.duration
        return rule.duration


def _close(found: list[Period], at: datetime, rule_sets: tuple[RuleSet, ...]) -> None:
    """Add the instant at which the last period ends: to that period where nothing differs."""
    if found[-1].rule_sets == rule_sets:
        found[-1] = replace(found[-1], closed=True)
    else:
        found.append(Period(at, at, found[-1].contract, rule_sets, closed=True))
