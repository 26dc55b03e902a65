"""How far one has to look for what is due.

A record is due when each of its purposes is over, so each of them gives bounds. Those of purposes
that no event ends hold all together, by the time at which a record occurred. Where there is none,
one purpose serves: with a bound for the terms that run by themselves, by the time at which the
record occurred, and one for those that an event starts, by the time of the event. So does a purpose
that an event may renew: by the time of that event. By the time at which they occurred, records that
are kept alive would be looked at again and again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain

from telecom_privacy.policies.facts import BEGINNING
from telecom_privacy.policies.period import Period
from telecom_privacy.policies.reach import Reach, union
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.term_bounds import TermBounds


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of one category over all periods of a client; see `Terms` for what they mean."""

    periods: Sequence[Period]
    zone: tzinfo

    def latest_occurrence(self, now: datetime) -> datetime | None:
        """Return a moment after which nothing occurred that is due by now; None: nothing is."""
        return self._latest(now, self._deciding())

    def reach(self, now: datetime) -> Reach:
        """Return where all lies that is due by now: of what must hold, what reaches least far."""
        purposes = self._deciding()
        alone = [one for one in purposes if self._awaits_event(one) or self._is_renewed(one)]
        found = [self._reach(now, purpose) for purpose in alone]
        if together := [one for one in purposes if one not in alone]:
            found.append(Reach(occurred_by=self._latest(now, together)))
        return min(found, key=lambda reach: reach.latest, default=Reach())

    def _reach(self, now: datetime, purpose: str) -> Reach:
        periods = self._until(now)
        return union(self._reach_in(one, purpose, min(now, one.end)) for one in periods)

    def _reach_in(self, period: Period, purpose: str, by: datetime) -> Reach:
        """Each term may end the purpose by a time of its own, but under one rule set all do."""
        rule_sets = period.terms(purpose)
        if not rule_sets:
            return Reach(occurred_by=by)
        terms = rule_sets[-1]
        return union(self._of(period, term).reach(by) for term in terms)

    def _latest(self, now: datetime, purposes: Sequence[str]) -> datetime | None:
        found = (
            max(self._latest_in(period, purpose, now) for period in self._until(now))
            for purpose in purposes
        )
        latest = min(found, default=BEGINNING)
        return None if latest == BEGINNING else min(latest, now)

    def _latest_in(self, period: Period, purpose: str, now: datetime) -> datetime:
        """One term of a rule set is enough to end the purpose under it.

        Where the purpose is not named, whatever occurred before may have lost it.
        """
        by = min(now, period.end)
        found = (
            max(self._of(period, term).latest_occurrence(by) for term in terms)
            for terms in self._rule_sets(period, purpose)
        )
        return min(found, default=by)

    def _of(self, period: Period, term: Term) -> TermBounds:
        return TermBounds(term, period.contract, self.zone)

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
        return any(term.awaits_event for term in self._terms(purpose))

    def _is_renewed(self, purpose: str) -> bool:
        return any(term.is_renewed for term in self._terms(purpose))

    def _terms(self, purpose: str) -> Iterator[Term]:
        for period in self.periods:
            yield from chain.from_iterable(period.terms(purpose))
