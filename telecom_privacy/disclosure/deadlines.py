"""Until when an order is to be answered, and how urgent it is: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.legal_bases.model import LegalBasis
from telecom_privacy.policies.duration import add, start_of_day
from telecom_privacy.storage.paging import Position

_URGENT_FROM = timedelta(days=2)
_APART = timedelta(days=365_000)


class Urgency(StrEnum):
    """From the most urgent to the least. `urgent`: the authority says so, or two days are left."""

    OVERDUE = "overdue"
    URGENT = "urgent"
    WITHOUT_DELAY = "without_delay"
    IN_TIME = "in_time"
    ANSWERED = "answered"
    CLOSED = "closed"


_RANKS = {urgency: rank for rank, urgency in enumerate(Urgency)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when, in UTC; None: without delay, as soon as the order is found good."""

    due_at: datetime | None


def deadline(requisition: Requisition, basis: LegalBasis | None, zone: tzinfo) -> Deadline:
    """Return the deadline of an order, which counts from its receipt.

    An emergency has the shorter one of its basis, if that has one (Regulation (EU) 2023/1543
    article 10: 10 days, 8 hours). What may not leave before its time is over, because an authority
    may refuse until then, is due by the end of that day (Regulation (EEC, Euratom) 1182/71
    article 3).
    """
    order = requisition.order
    if basis is None or basis.deadline is None:
        return Deadline(None)
    emergency = basis.emergency_deadline if order.urgent else None
    due_at = add(order.received_at, emergency or basis.deadline, zone)
    waits_until = refusable_until(requisition, basis, zone)
    return Deadline(due_at if waits_until is None else max(due_at, _end_of_day(waits_until, zone)))


def refusable_until(requisition: Requisition, basis: LegalBasis, zone: tzinfo) -> datetime | None:
    """Until when an authority that was notified may refuse; None: it may not (any more).

    Nothing leaves before. An emergency does not wait for it (Regulation (EU) 2023/1543 article
    10(2) and (4)).
    """
    order, notification = requisition.order, basis.notification
    if notification is None or not basis.is_notified(order.asked.categories) or order.urgent:
        return None
    told = order.enforcing_authority
    if told is None or not told.notified_at or requisition.is_confirmed:
        return None
    return add(order.received_at, notification.waits, zone)


def urgency(requisition: Requisition, until: Deadline, now: datetime) -> Urgency:
    """How urgent a requisition is."""
    if requisition.closing:
        return Urgency.CLOSED
    if requisition.answered:
        return Urgency.ANSWERED
    if until.due_at is not None and now >= until.due_at:
        return Urgency.OVERDUE
    if requisition.order.urgent or (until.due_at and now >= until.due_at - _URGENT_FROM):
        return Urgency.URGENT
    return Urgency.IN_TIME if until.due_at else Urgency.WITHOUT_DELAY


def by_urgency(requisition: Requisition, until: Deadline, now: datetime) -> Position:
    """A place that sorts the most urgent first; what has no term is due from its receipt.

    Between two degrees of urgency lie a thousand years, so that all of one come before the next.
    """
    due_at = until.due_at or requisition.order.received_at
    rank = _RANKS[urgency(requisition, until, now)]
    return Position(due_at + rank * _APART, requisition.id.bytes)


def _end_of_day(moment: datetime, zone: tzinfo) -> datetime:
    return start_of_day(moment.astimezone(zone).date() + timedelta(days=1), zone)
