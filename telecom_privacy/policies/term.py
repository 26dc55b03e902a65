"""One term in force for a client, and the span of time for which it is in force."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from telecom_privacy.policies.duration import Duration, add, latest_start

BEGINNING = datetime.min.replace(tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RunningTerm:
    """A term that each record starts for itself, when its event is over."""

    rule_id: str
    duration: Duration
    at_least: Duration | None
    floor: Duration | None
    zone: tzinfo

    def over_at(self, occurred_at: datetime) -> datetime:
        over_at = add(occurred_at, self.duration, self.zone)
        if self.at_least is None:
            return over_at
        return max(over_at, add(occurred_at, self.at_least, self.zone))

    def minimum_until(self, occurred_at: datetime) -> datetime:
        return add(occurred_at, self.floor, self.zone) if self.floor else BEGINNING

    def latest_occurrence(self, over_at: datetime) -> datetime | None:
        return latest_start(over_at, self.duration, self.zone)


@dataclass(frozen=True, slots=True)
class FixedTerm:
    """A term that starts on one date for all records; `FOREVER` while that date is unknown."""

    rule_id: str
    ends_at: datetime
    minimum: datetime

    def over_at(self, occurred_at: datetime) -> datetime:
        return self.ends_at

    def minimum_until(self, occurred_at: datetime) -> datetime:
        return self.minimum

    def latest_occurrence(self, over_at: datetime) -> datetime | None:
        return FOREVER if self.ends_at <= over_at else None


Term = RunningTerm | FixedTerm


@dataclass(frozen=True, slots=True)
class Span:
    """The terms of one purpose between two changes: from `start`, up to but without `end`."""

    start: datetime
    end: datetime
    terms: tuple[Term, ...]

    def over_at(self, occurred_at: datetime) -> datetime:
        """Return when the earliest term is over, but not before the legal minimum of any."""
        earliest = min(term.over_at(occurred_at) for term in self.terms)
        return max(earliest, *(term.minimum_until(occurred_at) for term in self.terms))

    def earliest_rule(self, occurred_at: datetime) -> str:
        """Return the rule whose term is over first."""
        return min(self.terms, key=lambda term: term.over_at(occurred_at)).rule_id

    def latest_occurrence(self, now: datetime) -> datetime | None:
        """Return when the youngest record that can be over in this span, by `now`, occurred.

        It may be too late, never too early; None where none can be over.
        """
        by = min(now, self.end)
        found = (term.latest_occurrence(by) for term in self.terms)
        return max((moment for moment in found if moment is not None), default=None)
