"""When a record's time is over, computed from the terms in force and never stamped on it.

At each instant a purpose is over for a record if its term is over under every rule set that was in
force within the grace period before. So a longer term counts at once, a shorter one after the
grace, and one that is taken back within the grace never. A purpose that is over stays over, and a
record is due at the first instant at which no purpose is left (RULES §2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Category, Policy, Purpose
from telecom_privacy.policies.term import BEGINNING, FOREVER, Span
from telecom_privacy.policies.timeline import Timeline
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class PurposeTerm:
    """The time for which a record is kept for one purpose; `due_at` None while no end is known."""

    purpose: Purpose
    starts_at: datetime
    due_at: datetime | None
    rule_id: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """When a record is due, under which rule, and until when each purpose may read it.

    Both are None while no end is known. `due_at` is never before the record occurred. The rule is
    the one in force when the record falls due, or the last one where its purpose was withdrawn.
    """

    due_at: datetime | None
    rule_id: str | None
    purposes: tuple[PurposeTerm, ...]

    def is_due(self, now: datetime) -> bool:
        """Tell whether nothing may be done with the record any more, but erase it."""
        return self.due_at is not None and self.due_at <= now

    def purpose_over(self, purpose: Purpose, now: datetime) -> bool:
        """Tell whether the record may not be read for `purpose`, though it may live for others."""
        terms = (term for term in self.purposes if term.purpose is purpose)
        return not any(
            term.starts_at <= now and (term.due_at is None or now < term.due_at) for term in terms
        )


class Terms:
    """A client's terms over all time. Build one per client and operation; verdicts are cheap.

    `grace` is how long a shorter term waits before it takes effect.
    """

    def __init__(
        self,
        history: ClientHistory,
        policies: Mapping[str, Policy],
        zone: tzinfo,
        grace: timedelta = timedelta(days=7),
    ) -> None:
        self._timeline = Timeline(history, policies, zone)
        self._grace = grace
        self._spans: dict[tuple[Category, Role], dict[Purpose, tuple[Span, ...]]] = {}

    def verdict(self, category: Category, role: Role, occurred_at: datetime) -> Verdict:
        """Judge a record whose event was over at `occurred_at`: a call's end, else its creation.

        Raises:
            ConfigurationError: no version of the client's policies ever named the category.
        """
        spans = self._spans_of(category, role)
        if not spans:
            raise ConfigurationError(f"no rule of the client's policy names {category} ({role})")
        found = (self._purpose_term(p, spans[p], occurred_at) for p in spans)
        return _verdict([term for term in found if term is not None], occurred_at)

    def latest_due(self, category: Category, role: Role, now: datetime) -> datetime | None:
        """Return a moment after which no record that is due at `now` can have occurred.

        None where none can be due. A range query up to it takes a superset, at most a few days
        too many while the terms do not change; `verdict` decides.
        """
        lasting = [s for s in self._spans_of(category, role).values() if _lasts(s, now)]
        if not lasting:
            return now if self._spans_of(category, role) else None
        moments = [_latest_occurrence(spans, now) for spans in lasting]
        known = [moment for moment in moments if moment is not None]
        return min(known) if len(known) == len(moments) else None

    def _spans_of(self, category: Category, role: Role) -> dict[Purpose, tuple[Span, ...]]:
        key = (category, role)
        if key not in self._spans:
            self._spans[key] = self._timeline.spans(category, role)
        return self._spans[key]

    def _purpose_term(
        self, purpose: Purpose, spans: tuple[Span, ...], occurred_at: datetime
    ) -> PurposeTerm | None:
        """Follow the spans from the record's beginning for as long as they leave no gap."""
        spans = tuple(span for span in spans if self._lasts_until(span) > occurred_at)
        if not spans:
            return None
        starts_at = due_at = max(spans[0].start, occurred_at)
        last = spans[0]
        for span in spans:
            if span.start > due_at:
                break
            due_at = max(due_at, min(self._lasts_until(span), span.over_at(occurred_at)))
            last = span
        if due_at == FOREVER:
            return PurposeTerm(purpose, starts_at, None, None)
        return PurposeTerm(purpose, starts_at, due_at, last.earliest_rule(occurred_at))

    def _lasts_until(self, span: Span) -> datetime:
        return FOREVER if span.end == FOREVER else span.end + self._grace


def _verdict(terms: list[PurposeTerm], occurred_at: datetime) -> Verdict:
    """Join the purposes that follow each other without a gap; later ones come too late."""
    due_at, rule_id = occurred_at, None
    kept: list[PurposeTerm] = []
    for term in sorted(terms, key=lambda term: term.starts_at):
        if term.starts_at > due_at:
            break
        ends_at = term.due_at or FOREVER
        if not kept or ends_at > due_at:
            due_at, rule_id = ends_at, term.rule_id
        kept.append(term)
    return Verdict(None if due_at == FOREVER else due_at, rule_id, tuple(kept))


def _lasts(spans: tuple[Span, ...], now: datetime) -> bool:
    """Tell whether a purpose applied at every instant until now, so that all records await it."""
    end = BEGINNING
    for span in spans:
        if span.start != end:
            break
        end = span.end
    return end > now


def _latest_occurrence(spans: tuple[Span, ...], now: datetime) -> datetime | None:
    found = (span.latest_occurrence(now) for span in spans if span.start <= now)
    latest = max((moment for moment in found if moment is not None), default=None)
    return None if latest is None else min(latest, now)
