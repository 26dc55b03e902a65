"""A slow second reading of RULES §2 that judges instant by instant, to check the fast one.

It looks at every state that was in force within the grace before an instant, with no periods.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from telecom_privacy.policies.duration import add, end_of_term, never_longer
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Policy, Rule
from telecom_privacy.policies.triggers import AWAITED
from telecom_privacy.scope import Role

from .samples import PARIS

TICK = timedelta(microseconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)
CANCELLED = {
    "given": ["revoked", "reliance_ended"],
    "revoked": ["given"],
    "reliance_ended": ["given"],
    "reopened": ["resolved", "closed"],
    "resolved": ["reopened"],
    "closed": ["reopened"],
    "settled": ["defaulted"],
    "defaulted": ["settled"],
    "binned": ["restored"],
    "restored": ["binned"],
}


@dataclass
class Oracle:
    history: ClientHistory
    policies: dict[str, Policy]
    grace: timedelta
    category: str
    role: Role
    events: dict[str, datetime] = field(default_factory=dict)

    def judge(self, occurred_at, archive=True):
        """Return the due instant and `{purpose: (start, end)}` of the purposes until then.

        Without `archive`, when the use of the record is over.
        """
        started, ended = {}, {}
        for instant, known in self._moments(occurred_at):
            states = self._states_between(min(instant - self.grace, known), known)
            for purpose in {purpose for state in states for purpose in state}:
                started.setdefault(purpose, instant)
            for purpose in started.keys() - ended.keys():
                ends = [self._over_at(s.get(purpose), occurred_at, known, archive) for s in states]
                if max(ends) <= instant:
                    ended[purpose] = instant
            if started.keys() == ended.keys():
                return instant, {p: (started[p], ended[p]) for p in started}
        return None, {p: (started[p], ended.get(p)) for p in started}

    def _moments(self, occurred_at):
        """Yield each instant at which something may end, with the moment as of which it is known.

        First without the changes of that very instant, then with them.
        """
        for instant in self._candidates(occurred_at):
            if instant > occurred_at:
                yield instant, instant - TICK
            yield instant, instant

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
        facts = {c.effective_at for c in self.history.contracts} | set(self.events.values())
        found = {occurred_at, *facts, *self.changes(), *(c + self.grace for c in self.changes())}
        for state in map(self._state, (self.history.began_at, *self.changes())):
            for rules in state.values():
                for known in [self.history.began_at, occurred_at, *facts]:
                    for archive in (True, False):
                        found.add(self._over_at(rules, occurred_at, known, archive))
        return sorted(instant for instant in found if occurred_at <= instant < NEVER)

    def _states_between(self, start, end):
        between = [c for c in self.changes() if start < c < end]
        return [self._state(at) for at in (start, *between, end)]

    def _state(self, at):
        """Return `{purpose: [(rule, duration)]}` as in force at an instant."""
        first = next(
            (c for c in (self.history.began_at, *self.changes()) if self._rules(c)),
            self.history.began_at,
        )
        return self._rules(max(at, first))

    def _rules(self, at):
        state: dict[str, list[tuple[Rule, object]]] = {}
        policy = self.policies[self.history.policy_in_force(at)]
        today = at.astimezone(PARIS).date()
        version = [v for v in policy.versions if v.valid_from <= today][-1]
        for rule in version.rules:
            named = (rule.category, rule.role, rule.enabled) == (self.category, self.role, True)
            if named and (duration := self._duration(rule, at)) is not None:
                state.setdefault(rule.purpose, []).append((rule, duration))
        return state

    def _duration(self, rule, at):
        agreed = self.history.term_in_force(rule.category, at)
        if agreed is not None and rule.ceiling and rule.role is Role.PROCESSOR:
            return self._within(rule, agreed)
        if rule.option and rule.option.name in self.history.options_in_force(at):
            return rule.option.duration
        return rule.duration

    def _within(self, rule, agreed):
        if rule.floor and not never_longer(rule.floor, agreed):
            return rule.floor
        return agreed if never_longer(agreed, rule.ceiling) else rule.ceiling

    def _over_at(self, rules, occurred_at, known, archive):
        if rules is None:
            return occurred_at
        ends, floors = [NEVER], []
        for rule, duration in rules:
            if not self._applies(rule, known):
                continue
            length = rule.archive if archive and rule.archive else duration
            lengths = [length, rule.at_least] if rule.at_least else [length]
            ends.append(max(self._end(rule, one, occurred_at, known) for one in lengths))
            floors += [self._end(rule, rule.floor, occurred_at, known)] if rule.floor else []
        return max(min(ends), *floors) if floors else min(ends)

    def _applies(self, rule, known):
        if rule.when and not self._holds(rule.when, known):
            return False
        return not (rule.unless and self._holds(rule.unless, known))

    def _holds(self, fact, known):
        if fact == "keep_account":
            return bool(self._contract(known)[1])
        return self._happened(fact, known) is not None

    def _happened(self, name, known):
        at = self.events.get(name)
        if at is None or at > known:
            return None
        for other in CANCELLED.get(name, []):
            if other in self.events and at < self.events[other] <= known:
                return None
        return at

    def _contract(self, known):
        known = max(known, self.history.began_at)
        changes = [c for c in self.history.contracts if c.effective_at <= known]
        if not changes:
            return None, False
        latest = max(c.effective_at for c in changes)
        last = [c for c in changes if c.effective_at == latest][-1]
        return last.ended_on, last.keep_account

    def _end(self, rule, duration, occurred_at, known):
        end = self._from(rule.trigger, duration, occurred_at, known)
        if rule.not_before:
            end = max(end, self._from(rule.not_before, duration, occurred_at, known))
        return end

    def _from(self, trigger, duration, occurred_at, known):
        if trigger == "contract_ended":
            ended_on = self._contract(known)[0]
            return NEVER if ended_on is None else end_of_term(ended_on, duration, PARIS)
        if trigger == "end_of_year":
            year = occurred_at.astimezone(PARIS).year
            return end_of_term(date(year, 12, 31), duration, PARIS)
        if trigger in {"call_ended", "event", "first_set"}:
            return add(occurred_at, duration, PARIS)
        if trigger in {"last_activity", "last_contact", "reviewed"}:
            return add(self.events.get(trigger, occurred_at), duration, PARIS)
        happened = self._happened(trigger, known)
        return NEVER if happened is None else add(happened, duration, PARIS)


def is_reached(reach, occurred_at, events):
    """Tell whether a record is where one looks for what is due."""
    awaited = [at for name, at in events.items() if name in AWAITED]
    found = [(occurred_at, reach.occurred_by), (min(awaited, default=NEVER), reach.awaited_by)]
    found += [(events.get(name, occurred_at), by) for name, by in reach.renewed_by.items()]
    return any(by is not None and at <= by for at, by in found)
