"""Following a record through the periods until none of its purposes is left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from telecom_privacy.policies.facts import Facts
from telecom_privacy.policies.period import End, Period, decide
from telecom_privacy.policies.term import Term


@dataclass(slots=True)
class Judgement:
    """When each purpose began and was over, and the term that decided it last.

    `over_at` is the first instant at which no purpose was left, None while no end is known.
    """

    began: dict[str, datetime] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    over_at: datetime | None = None

    @property
    def deciding(self) -> Term | None:
        """The term of the purpose that was over last; None without an end, or a purpose."""
        if self.over_at is None or not self.ended:
            return None
        return self.terms[max(self.ended, key=lambda purpose: self.ended[purpose])]


@dataclass(frozen=True, slots=True)
class Record:
    """What of a record decides its term. `events` holds the latest time of each."""

    occurred_at: datetime
    events: Mapping[str, datetime]
    zone: tzinfo


def judge(periods: Sequence[Period], record: Record, end: End) -> Judgement:
    """Follow a record from its beginning; the periods must cover all time."""
    found = Judgement()
    for period in _split(periods, record):
        begin = max(period.start, record.occurred_at)
        for purpose in period.purposes:
            found.began.setdefault(purpose, begin)
        facts = Facts(begin, record.occurred_at, record.events, period.contract, record.zone)
        for purpose in [one for one in found.began if one not in found.ended]:
            _end(found, purpose, period, facts, end)
        if len(found.ended) == len(found.began):
            found.over_at = max(found.ended.values(), default=record.occurred_at)
            break
    return found


def _end(found: Judgement, purpose: str, period: Period, facts: Facts, end: End) -> None:
    over_at = facts.at
    named = [decide(terms, facts, end) for terms in period.terms(purpose)]
    if named:
        last, found.terms[purpose] = max(named, key=lambda one: one[0])
        over_at = max(over_at, last)
    if period.reaches(over_at):
        found.ended[purpose] = over_at


def _split(periods: Iterable[Period], record: Record) -> Iterator[Period]:
    """Yield the periods from the record's beginning on, cut where an event becomes known."""
    instants = sorted(set(record.events.values()))
    for period in periods:
        if period.end <= record.occurred_at:
            continue
        start = period.start
        for at in instants:
            if max(start, record.occurred_at) < at < period.end:
                yield replace(period, start=start, end=at, closed=True)
                start = at
        yield replace(period, start=start) if start != period.start else period
