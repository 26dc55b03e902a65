"""When a record's time is over, computed from the terms in force and never stamped on it.

At each instant a purpose is over for a record if it is over under every rule set that was in force
within the grace before, each read with what was known of the contract. So a longer term counts at
once, a shorter one after the grace, and one that is taken back within the grace never; the end of a
contract, its correction and its resumption have no grace. A change counts after its own instant, so
that what is due then stays due. A purpose that is over stays over, and a record is due at the first
instant at which no purpose is left (RULES §2).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.bounds import Bounds
from telecom_privacy.policies.facts import BEGINNING, FOREVER, Facts
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.judgement import Judgement, Record, judge
from telecom_privacy.policies.model import Action, Policy, PolicyVersion
from telecom_privacy.policies.period import Period
from telecom_privacy.policies.reach import Reach, union
from telecom_privacy.policies.release import released
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.timeline import Timeline
from telecom_privacy.policies.verdict import PurposeTerm, Verdict
from telecom_privacy.scope import Role

__all__ = ["PurposeTerm", "Terms", "Verdict"]

_CUTOFF_KEPT = timedelta(minutes=1)

_NO_EVENTS: Mapping[str, datetime] = MappingProxyType({})


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
        self._zone = zone
        self._grace = grace
        self._periods: dict[tuple[str, Role], tuple[Period, ...]] = {}
        self._cutoffs: dict[tuple[str, Role], tuple[datetime, datetime | None]] = {}

    def version_in_force(self, at: datetime) -> PolicyVersion:
        """Return the policy version that says what may be stored for the client.

        Raises:
            ConfigurationError: the client is bound to a policy that has no file.
        """
        return self._timeline.version_in_force(at)

    def stores(self, category: str, role: Role, at: datetime) -> bool:
        """Tell whether the client's policy lets records of the category be stored."""
        return self.version_in_force(at).stores(category, role)

    def rest_on(self, purpose: str) -> frozenset[tuple[str, Role]]:
        """Return each category, with its role, that ever rested on a consent to a purpose."""
        versions = list(self._timeline.versions())
        return frozenset(
            (name, role)
            for name, role in self.kinds()
            if any(version.category(name).consent == purpose for version in versions)
        )

    def events_of(self, category: str, role: Role) -> frozenset[str]:
        """Return the events of a record on which a rule depends, and those that cancel them."""
        rules = (
            rule
            for version in self._timeline.versions()
            for rule in version.rules_for(category, role)
        )
        return frozenset(name for rule in rules for name in rule.events)

    def in_force(self, role: Role, at: datetime) -> Iterator[Term]:
        """Yield the term of each rule that is in force, whatever the category."""
        return self._timeline.terms(role, at)

    def kinds(self) -> frozenset[tuple[str, Role]]:
        """Return each category, with its role, of which records of the client may exist."""
        return self._timeline.kinds()

    def verdict(
        self,
        category: str,
        role: Role,
        occurred_at: datetime,
        events: Mapping[str, datetime] = _NO_EVENTS,
    ) -> Verdict:
        """Judge a record whose event was over at `occurred_at`: a call's end, else its creation.

        `events` holds the latest time of each event that happened to it since.

        Raises:
            ConfigurationError: no version of the client's policies ever named the category.
        """
        periods = self._of(category, role)
        if not periods:
            raise ConfigurationError(f"no rule of the client's policy names {category} ({role})")
        record = Record(occurred_at, events, self._zone)
        life = judge(periods, record, Term.over_at)
        archives = any(period.archives for period in periods)
        found = _joined(life, judge(periods, record, Term.use_over_at) if archives else life)
        if (at := self._released_at(role)) is None:
            return found
        minimum = self.minimum_until(category, role, (occurred_at, events), at)
        return found if minimum == FOREVER else released(found, max(at, occurred_at, minimum))

    def is_due(self, category: str, role: Role, occurred_at: datetime, now: datetime) -> bool:
        """Tell what `verdict` says of a record without events at `now`; quickly of a young one.

        Raises `ConfigurationError` as `verdict`.
        """
        if self._of(category, role) and not self._may_be_due(category, role, occurred_at, now):
            return False
        return self.verdict(category, role, occurred_at).is_due(now)

    def _may_be_due(self, category: str, role: Role, occurred_at: datetime, now: datetime) -> bool:
        """By a cutoff that is good until a moment after `now`: what is due by now is due then."""
        good_until, cutoff = self._cutoffs.get((category, role), (BEGINNING, None))
        if not now <= good_until <= now + _CUTOFF_KEPT:
            good_until = now + _CUTOFF_KEPT
            cutoff = self.latest_due(category, role, good_until)
            self._cutoffs[category, role] = good_until, cutoff
        return cutoff is not None and occurred_at <= cutoff

    def minimum_until(
        self,
        category: str,
        role: Role,
        record: tuple[datetime, Mapping[str, datetime]],
        at: datetime,
    ) -> datetime:
        """Return until when a law that is in force at `at` forbids to erase a record at all.

        `record` is when it occurred, and its events. The beginning of time where none does, the
        end of time while the end of a legal minimum is not known.
        """
        occurred_at, events = record
        period = next(p for p in self._of(category, role) if p.start <= at < p.end)
        facts = Facts(at, occurred_at, events, period.contract, self._zone)
        minima = (term.minimum_until(facts) for term in period.all_terms if term.applies(facts))
        return max(minima, default=BEGINNING)

    def latest_due(self, category: str, role: Role, now: datetime) -> datetime | None:
        """Return a moment after which no record can have occurred that is due by now.

        None where none can be due, unless by an event (see `reach`). A query up to it is a
        superset, by hours where the terms did not change of late; `verdict` decides.
        """
        at = self._released_at(role)
        if at is not None and at <= now:
            return now
        return self._bounds(category, role).latest_occurrence(now)

    def reach(self, category: str, role: Role, now: datetime) -> Reach:
        """Return where the records lie that can be due by now, those too that events decide on."""
        found = self._bounds(category, role).reach(now)
        at = self._released_at(role)
        return found if at is None or now < at else union([found, Reach(occurred_by=now)])

    def _released_at(self, role: Role) -> datetime | None:
        """When the client gave up what the operator keeps in a role; None: it did not."""
        return self._timeline.history.released_at if role is Role.PROCESSOR else None

    def _bounds(self, category: str, role: Role) -> Bounds:
        return Bounds(self._of(category, role), self._zone)

    def _of(self, category: str, role: Role) -> tuple[Period, ...]:
        key = (category, role)
        if key not in self._periods:
            self._periods[key] = self._timeline.periods(category, role, self._grace)
        return self._periods[key]


def _joined(life: Judgement, use: Judgement) -> Verdict:
    """Join what is kept at all and what may be used: they differ only by the archive."""
    deciding = life.deciding
    purposes = tuple(
        PurposeTerm(purpose, began_at, use.ended.get(purpose), _rule_id(use, purpose))
        for purpose, began_at in use.began.items()
    )
    archived = use.over_at is not None and use.over_at != life.over_at
    return Verdict(
        life.over_at,
        deciding.rule_id if deciding else None,
        purposes,
        deciding.action if deciding else Action.ERASE,
        use.over_at if archived else None,
    )


def _rule_id(found: Judgement, purpose: str) -> str | None:
    return found.terms[purpose].rule_id if purpose in found.ended else None
