"""A slow second reading of RULES §2 that judges instant by instant, to check the fast one.

It looks at every state that was in force within the grace before an instant, with no spans.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from telecom_privacy.policies.duration import add, end_of_term
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Category, Policy, Purpose, Trigger
from telecom_privacy.scope import Role

from .samples import PARIS

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Oracle:
    history: ClientHistory
    policies: dict[str, Policy]
    grace: timedelta
    category: Category
    role: Role

    def judge(self, occurred_at):
        """Return the due instant and `{purpose: (start, end)}` of the purposes until then."""
        started, ended = {}, {}
        for instant in self._candidates(occurred_at):
            states = self._states_within_grace(instant)
            for purpose in {purpose for state in states for purpose in state}:
                started.setdefault(purpose, instant)
            for purpose in started.keys() - ended.keys():
                if all(self._over(state.get(purpose), occurred_at, instant) for state in states):
                    ended[purpose] = instant
            if started.keys() == ended.keys():
                return instant, {p: (started[p], ended[p]) for p in started}
        return None, {p: (started[p], ended.get(p)) for p in started}

    def is_named(self):
        """Tell whether any state ever has a rule for the category."""
        return any(map(self._state, (self.history.began_at, *self.changes())))

    def changes(self):
        """Return every instant after the initial state at which a state may change."""
        client = self.history
        found = {c.effective_at for c in (*client.policies, *client.options, *client.terms)}
        for policy in self.policies.values():
            for version in policy.versions:
                found.add(datetime.combine(version.valid_from, time(), PARIS).astimezone(UTC))
        return sorted(instant for instant in found if instant > client.began_at)

    def _candidates(self, occurred_at):
        found = {occurred_at, *self.changes(), *(c + self.grace for c in self.changes())}
        for state in map(self._state, (self.history.began_at, *self.changes())):
            for rules in state.values():
                found.add(self._over_at(rules, occurred_at))
        return sorted(instant for instant in found if occurred_at <= instant < NEVER)

    def _states_within_grace(self, instant):
        between = [c for c in self.changes() if instant - self.grace < c < instant]
        return [self._state(at) for at in (instant - self.grace, *between, instant)]

    def _state(self, at):
        """Return `{purpose: [(trigger, duration, at least, floor)]}` as in force at an instant."""
        first = next(
            (c for c in (self.history.began_at, *self.changes()) if self._rules(c)),
            self.history.began_at,
        )
        return self._rules(max(at, first))

    def _rules(self, at):
        state: dict[Purpose, list] = {}
        policy = self.policies[self.history.policy_in_force(at)]
        today = at.astimezone(PARIS).date()
        version = [v for v in policy.versions if v.valid_from <= today][-1]
        for rule in version.rules:
            if (rule.category, rule.role, rule.enabled) == (self.category, self.role, True):
                term = (rule.trigger, self._duration(rule, at), rule.at_least, rule.floor)
                state.setdefault(rule.purpose, []).append(term)
        return state

    def _duration(self, rule, at):
        agreed = self.history.term_in_force(rule.category, at)
        if agreed and rule.ceiling and rule.role is Role.PROCESSOR:
            return agreed
        if rule.option and rule.option.name in self.history.options_in_force(at):
            return rule.option.duration
        return rule.duration

    def _over(self, rules, occurred_at, instant):
        return rules is None or self._over_at(rules, occurred_at) <= instant

    def _over_at(self, rules, occurred_at):
        ends, floors = [], []
        for trigger, duration, at_least, floor in rules:
            terms = [duration, at_least] if at_least else [duration]
            ends.append(max(self._end(trigger, term, occurred_at) for term in terms))
            floors += [self._end(trigger, floor, occurred_at)] if floor else []
        return max(min(ends), *floors) if floors else min(ends)

    def _end(self, trigger, duration, occurred_at):
        if trigger is not Trigger.CONTRACT_ENDED:
            return add(occurred_at, duration, PARIS)
        if self.history.contract_ended_on is None:
            return NEVER
        return end_of_term(self.history.contract_ended_on, duration, PARIS)
