"""What is known, at an instant, of a record and of its client's contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from telecom_privacy.policies.duration import Duration, add, end_of_term, end_of_year
from telecom_privacy.policies.model import KEEP_ACCOUNT
from telecom_privacy.policies.triggers import AWAITED, OPPOSITES, RENEWED, Trigger

BEGINNING = datetime.min.replace(tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Contract:
    """When the contract ends, None while it goes on, and whether the client keeps its account."""

    ended_on: date | None = None
    keep_account: bool = False

    def after(self, duration: Duration, zone: tzinfo) -> datetime:
        """Return when a term that the contract's end starts is over."""
        return FOREVER if self.ended_on is None else end_of_term(self.ended_on, duration, zone)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was known at `at`. `events` holds the latest time of each event of the record.

    Events are known from their own time on; those that renew a term are known throughout, as of
    each only the latest is recorded and the ones before kept the record alive.
    """

    at: datetime
    occurred_at: datetime
    events: Mapping[str, datetime]
    contract: Contract
    zone: tzinfo

    def hold(self, fact: str) -> bool:
        """Tell whether a condition of a rule is met."""
        if fact == KEEP_ACCOUNT:
            return self.contract.keep_account
        return self._happened(fact) is not None

    def over_at(self, trigger: Trigger, duration: Duration) -> datetime:
        """Return when a term from this trigger is over; `FOREVER` while nothing started it."""
        if trigger is Trigger.CONTRACT_ENDED:
            return self.contract.after(duration, self.zone)
        if trigger is Trigger.END_OF_YEAR:
            return end_of_year(self.occurred_at, duration, self.zone)
        start = self._start(trigger)
        return FOREVER if start is None else add(start, duration, self.zone)

    def _start(self, trigger: Trigger) -> datetime | None:
        if trigger in AWAITED:
            return self._happened(trigger)
        if trigger in RENEWED:
            return self.events.get(trigger, self.occurred_at)
        return self.occurred_at

    def _happened(self, name: str) -> datetime | None:
        """Return when an event happened that is known and that no later opposite cancelled."""
        happened_at = self.events.get(name)
        if happened_at is None or happened_at > self.at:
            return None
        opposites = (self.events.get(other) for other in OPPOSITES.get(name, ()))
        cancelled = any(at and happened_at < at <= self.at for at in opposites)
        return None if cancelled else happened_at
