"""One term in force for a client: a rule, with the duration that options and agreement give it."""

from dataclasses import dataclass
from datetime import datetime

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.facts import BEGINNING, FOREVER, Facts
from telecom_privacy.policies.model import Action, Rule
from telecom_privacy.policies.triggers import AWAITED, RENEWED


@dataclass(frozen=True, slots=True)
class Term:
    """`rule_id` cites the promise that set the duration, which may be an agreed one (RET-8)."""

    rule: Rule
    rule_id: str
    duration: Duration

    @property
    def action(self) -> Action:
        """What is done when all is over: an archive is erased at its end."""
        return Action.ERASE if self.rule.action is Action.ARCHIVE else self.rule.action

    @property
    def lifetime(self) -> Duration:
        """How long the record is kept in all, the time in the archive included."""
        return self.rule.archive or self.duration

    @property
    def awaits_event(self) -> bool:
        """Whether the term has no end before an event of the record."""
        return self.rule.trigger in AWAITED

    @property
    def is_renewed(self) -> bool:
        """Whether an event of the record lets the term begin anew."""
        return self.rule.trigger in RENEWED

    def applies(self, facts: Facts) -> bool:
        """Tell whether the rule's conditions are met."""
        rule = self.rule
        wanted = rule.when is None or facts.hold(rule.when)
        return wanted and not (rule.unless is not None and facts.hold(rule.unless))

    def use_over_at(self, facts: Facts) -> datetime:
        """Return when the record may no longer be used, but for the archive."""
        return self._over_at(facts, self.duration)

    def over_at(self, facts: Facts) -> datetime:
        """Return when nothing of the record is kept any more."""
        return self._over_at(facts, self.lifetime)

    def minimum_until(self, facts: Facts) -> datetime:
        """Return until when the law forbids to erase."""
        return self._from_start(facts, self.rule.floor) if self.rule.floor else BEGINNING

    def _over_at(self, facts: Facts, duration: Duration) -> datetime:
        over_at = self._from_start(facts, duration)
        if self.rule.at_least is None or over_at == FOREVER:
            return over_at
        return max(over_at, self._from_start(facts, self.rule.at_least))

    def _from_start(self, facts: Facts, duration: Duration) -> datetime:
        over_at = facts.over_at(self.rule.trigger, duration)
        if self.rule.not_before is None:
            return over_at
        return max(over_at, facts.over_at(self.rule.not_before, duration))
