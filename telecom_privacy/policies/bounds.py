"""How far one has to look for what is due, and when it is worth looking again.

A record is due when each of its purposes is over, so each of them gives bounds. Those of purposes
that no event ends hold all together, by the time at which a record occurred. Where there is none,
one purpose serves: with a bound for the terms that run by themselves, by the time at which the
record occurred, and one for those that an event starts, by the time of the event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from telecom_privacy.policies.facts import BEGINNING, FOREVER
from telecom_privacy.policies.period import Period
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.term_bounds import TermBounds

Bound = Callable[[TermBounds, datetime], datetime]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of one category over all periods of a client; see `Terms` for what they mean."""

    periods: Sequence[Period]
    zone: tzinfo

    def latest_occurrence(self, now: datetime) -> datetime | None:
        """Return a moment after which nothing occurred that is due by now; None: nothing is."""
        return self._latest(now, TermBounds.latest_occurrence)

    def latest_event(self, now: datetime) -> datetime | None:
        """Return a moment after which no event made anything due by now; None: nothing is."""
        return self._latest(now, TermBounds.latest_event)

    def earliest_end(self, occurred_at: datetime) -> datetime | None:
        """Return a moment before which nothing that occurred then or later is due by itself."""
        return self._earliest(occurred_at, TermBounds.earliest_end)

    def earliest_end_by_event(self, event_at: datetime) -> datetime | None:
        """Return a moment before which nothing is due by an event of then or later."""
        return self._earliest(event_at, TermBounds.earliest_end_by_event)

    def _latest(self, now: datetime, bound: Bound) -> datetime | None:
        found = (
            max(self._latest_in(period, purpose, now, bound) for period in self._until(now))
            for purpose in self._deciding()
        )
        latest = min(found, default=BEGINNING)
        return None if latest == BEGINNING else min(latest, now)

    def _latest_in(self, period: Period, purpose: str, now: datetime, bound: Bound) -> datetime:
        """One term of a rule set is enough to end the purpose under it.

        Where the purpose is not named, whatever occurred before may have lost it.
        """
        by = min(now, period.end)
        found = (
            max(bound(TermBounds(term, period.contract, self.zone), by) for term in terms)
            for terms in self._rule_sets(period, purpose)
        )
        return min(found, default=by)

    def _earliest(self, start: datetime, bound: Bound) -> datetime | None:
        found = (self._first_end(purpose, start, bound) for purpose in self._deciding())
        latest = max(found, default=FOREVER)
        return None if latest == FOREVER else latest

    def _first_end(self, purpose: str, start: datetime, bound: Bound) -> datetime:
        for period in self.periods:
            over_at = max(start, period.start, self._earliest_in(period, purpose, start, bound))
            if period.reaches(over_at):
                return over_at
        return FOREVER

    def _earliest_in(self, period: Period, purpose: str, start: datetime, bound: Bound) -> datetime:
        found = (
            min(bound(TermBounds(term, period.contract, self.zone), start) for term in terms)
            for terms in self._rule_sets(period, purpose)
        )
        return max(found, default=period.start)

    def _until(self, now: datetime) -> list[Period]:
        return [period for period in self.periods if period.start <= now]

    def _deciding(self) -> list[str]:
        purposes = list(dict.fromkeys(one for period in self.periods for one in period.purposes))
        by_itself = [one for one in purposes if not self._awaits_event(one)]
        return by_itself or purposes[:1]

    def _rule_sets(self, period: Period, purpose: str) -> list[tuple[Term, ...]]:
        """All of them must end the purpose; but one by an event, perhaps, and another by itself."""
        found = period.terms(purpose)
        return found[-1:] if self._awaits_event(purpose) else found

    def _awaits_event(self, purpose: str) -> bool:
        sets = (terms for period in self.periods for terms in period.terms(purpose))
        return any(term.awaits_event for terms in sets for term in terms)
