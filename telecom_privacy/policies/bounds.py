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
from telecom_privacy.policies.term_bounds import TermBounds

Bound = Callable[[TermBounds, datetime], datetime]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of one category over all periods of a client; see `Terms` for what they mean."""

    periods: Sequence[Period]
    zone: tzinfo

    def latest_occurrence(self, now: datetime) -> datetime | None:
        """Return a moment after which nothing that is due by `now` occurred; None: nothing is."""
        found = [self._latest(one, now, TermBounds.latest_occurrence) for one in self._deciding()]
        return _known(min(found, default=BEGINNING), now)

    def latest_event(self, now: datetime) -> datetime | None:
        """Return a moment after which no event made anything due by `now`."""
        found = [self._latest(one, now, TermBounds.latest_event) for one in self._deciding()]
        return _known(min(found, default=BEGINNING), now)

    def earliest_end(self, occurred_at: datetime) -> datetime | None:
        """Return a moment before which nothing that occurred then or later is due by itself."""
        bound = TermBounds.earliest_end
        found = [self._earliest(one, occurred_at, bound) for one in self._deciding()]
        latest = max(found, default=FOREVER)
        return None if latest == FOREVER else latest

    def earliest_end_by_event(self, event_at: datetime) -> datetime | None:
        """Return a moment before which nothing is due by an event of then or later."""
        bound = TermBounds.earliest_end_by_event
        found = [self._earliest(one, event_at, bound) for one in self._deciding()]
        latest = max(found, default=FOREVER)
        return None if latest == FOREVER else latest

    def _deciding(self) -> list[str]:
        purposes = list(dict.fromkeys(one for period in self.periods for one in period.purposes))
        by_itself = [one for one in purposes if not self._awaits_event(one)]
        return by_itself or purposes[:1]

    def _awaits_event(self, purpose: str) -> bool:
        sets = (terms for period in self.periods for terms in period.terms(purpose))
        return any(term.awaits_event for terms in sets for term in terms)

    def _latest(self, purpose: str, now: datetime, bound: Bound) -> datetime:
        past = (period for period in self.periods if period.start <= now)
        return max(self._latest_in(period, purpose, now, bound) for period in past)

    def _latest_in(self, period: Period, purpose: str, now: datetime, bound: Bound) -> datetime:
        """All rule sets must end the purpose, and one term of each is enough for that."""
        by = min(now, period.end)
        found = (
            max(bound(TermBounds(term, period.contract, self.zone), by) for term in terms)
            for terms in period.terms(purpose)
        )
        # Where it is not named, whatever occurred before may have lost it.
        return min(found, default=by)

    def _earliest(self, purpose: str, start: datetime, bound: Bound) -> datetime:
        for period in self.periods:
            over_at = max(start, period.start, self._earliest_in(period, purpose, start, bound))
            if over_at < period.end:
                return over_at
        return FOREVER

    def _earliest_in(self, period: Period, purpose: str, start: datetime, bound: Bound) -> datetime:
        found = (
            min(bound(TermBounds(term, period.contract, self.zone), start) for term in terms)
            for terms in period.terms(purpose)
        )
        return max(found, default=period.start)


def _known(latest: datetime, now: datetime) -> datetime | None:
    return None if latest == BEGINNING else min(latest, now)
