"""Until when whom must be told of a breach: pure.

| duty | until | by |
|---|---|---|
| `cnil_first` | 24 hours after the detection | Regulation (EU) 611/2013 article 2(2) |
| `cnil_second` | three days after the first | its article 2(3) |
| `subscribers` | without undue delay | its article 3 |
| `clients` | 48 hours after the detection | RULES SEC-2, GDPR article 33(2) |
| `controllers` | 72 hours | GDPR article 33(1): a client's own duty, for its information |

The notices to the CNIL and to subscribers are the operator's duty as a provider: a breach of what
it hosts for its clients alone, which somebody judged with a reason, leaves `clients` only.

Hours and days are exact. A client's 72 hours count from when it was told, as a controller is aware
once its processor tells it; until then, to be on the safe side, from the detection.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from telecom_privacy.breaches.model import Breach, Notice, Outcome

CNIL_FIRST_TIME = timedelta(hours=24)
CNIL_SECOND_TIME = timedelta(days=3)
CLIENTS_TIME = timedelta(hours=48)
CONTROLLERS_TIME = timedelta(hours=72)

OWN_DUTIES = tuple(Notice)
"""What the operator itself must do."""

_AS_OPERATOR = (Notice.CNIL_FIRST, Notice.CNIL_SECOND, Notice.SUBSCRIBERS)

CONTROLLERS = "controllers"
"""The name of the clock of the clients' own duty."""


class DutyState(StrEnum):
    RUNNING = "running"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    NOT_DUE = "not_due"
    INFORMATIVE = "informative"


@dataclass(frozen=True, slots=True)
class Duty:
    """By when it is to be done (None: without undue delay, or not at all), and when it was.

    `reason` says why it is not due.
    """

    state: DutyState
    due_at: datetime | None
    done_at: datetime | None = None
    reason: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (DutyState.RUNNING, DutyState.OVERDUE)


_NO_CLIENT = Duty(DutyState.NOT_DUE, None, reason="no client's data is concerned")


def duties(breach: Breach, now: datetime) -> Mapping[str, Duty]:
    """Return all clocks of a breach by name."""
    detected_at = breach.facts.detected_at
    first = _first_sent(breach, Notice.CNIL_FIRST)
    first_due = detected_at + CNIL_FIRST_TIME
    found: dict[str, Duty] = {
        Notice.CNIL_FIRST: _duty(first_due, first, now),
        Notice.CNIL_SECOND: _second(breach, (first or first_due) + CNIL_SECOND_TIME, now),
        Notice.CLIENTS: _clients(breach, now),
        Notice.SUBSCRIBERS: _subscribers(breach, now),
    }
    if breach.closing and breach.closing.said["outcome"] is Outcome.NO_BREACH:
        found = {name: _dropped(duty, "there was no breach") for name, duty in found.items()}
    judged = breach.facts.as_operator
    if judged and not judged.holds:
        found |= {name: _dropped(found[name], judged.reason) for name in _AS_OPERATOR}
    return {**found, CONTROLLERS: _controllers(breach)}


def next_due(found: Iterable[Duty]) -> datetime | None:
    """Return the earliest deadline that is still to be met."""
    return min((one.due_at for one in found if one.is_open and one.due_at), default=None)


def _first_sent(breach: Breach, to: Notice) -> datetime | None:
    return min((one.at for one in breach.notices(to)), default=None)


def _duty(due_at: datetime | None, done_at: datetime | None, now: datetime) -> Duty:
    late = due_at is not None and (done_at or now) > due_at
    if done_at:
        return Duty(DutyState.LATE if late else DutyState.MET, due_at, done_at)
    return Duty(DutyState.OVERDUE if late else DutyState.RUNNING, due_at)


def _second(breach: Breach, due_at: datetime, now: datetime) -> Duty:
    """A first notice that held everything needs no second one."""
    sent = _first_sent(breach, Notice.CNIL_SECOND)
    complete = any(one.said["complete"] for one in breach.notices(Notice.CNIL_FIRST))
    if complete and sent is None:
        return Duty(DutyState.NOT_DUE, None, reason="the first notice was complete")
    return _duty(due_at, sent, now)


def _clients(breach: Breach, now: datetime) -> Duty:
    facts = breach.facts
    if facts.clients == ():
        return _NO_CLIENT
    return _duty(facts.detected_at + CLIENTS_TIME, breach.clients_told_at, now)


def _controllers(breach: Breach) -> Duty:
    facts = breach.facts
    if facts.clients == ():
        return _NO_CLIENT
    counts_from = breach.clients_told_at or facts.detected_at
    return Duty(DutyState.INFORMATIVE, counts_from + CONTROLLERS_TIME)


def _subscribers(breach: Breach, now: datetime) -> Duty:
    """Those whose data nobody can read, or who are not adversely affected, need not be told
    (Regulation (EU) 611/2013 articles 3(1) and 4)."""
    found, sent = breach.facts, _first_sent(breach, Notice.SUBSCRIBERS)
    if sent is None:
        if found.unintelligible and found.unintelligible.holds:
            return Duty(DutyState.NOT_DUE, None, reason=found.unintelligible.reason)
        if found.adverse_effect and not found.adverse_effect.holds:
            return Duty(DutyState.NOT_DUE, None, reason=found.adverse_effect.reason)
    return _duty(None, sent, now)


def _dropped(duty: Duty, reason: str) -> Duty:
    return Duty(DutyState.NOT_DUE, None, reason=reason) if duty.is_open else duty
