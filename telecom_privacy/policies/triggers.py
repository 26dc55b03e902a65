"""What starts a term, and the events of a record that may (RULES §2)."""

from enum import StrEnum


class Trigger(StrEnum):
    """What starts a term: an instant of the record or an event of it, or a date."""

    CALL_ENDED = "call_ended"
    EVENT = "event"
    FIRST_SET = "first_set"
    END_OF_YEAR = "end_of_year"
    CONTRACT_ENDED = "contract_ended"
    LAST_ACTIVITY = "last_activity"
    LAST_CONTACT = "last_contact"
    REVIEWED = "reviewed"
    RESOLVED = "resolved"
    SETTLED = "settled"
    REVOKED = "revoked"
    ANSWERED = "answered"
    COMPLETED = "completed"
    DISCOVERED = "discovered"
    RELIANCE_ENDED = "reliance_ended"
    CLOSED = "closed"


RENEWED = frozenset({Trigger.LAST_ACTIVITY, Trigger.LAST_CONTACT, Trigger.REVIEWED})
"""Each such event starts the term anew; before the first, it runs from the record's beginning."""

AWAITED = frozenset(
    {
        Trigger.RESOLVED,
        Trigger.SETTLED,
        Trigger.REVOKED,
        Trigger.ANSWERED,
        Trigger.COMPLETED,
        Trigger.DISCOVERED,
        Trigger.RELIANCE_ENDED,
        Trigger.CLOSED,
    }
)
"""A term that such an event starts has no end before the event happened."""

_OPPOSITES = (
    ("given", "revoked"),
    ("given", "reliance_ended"),
    ("reopened", "resolved"),
    ("reopened", "closed"),
    ("defaulted", "settled"),
    ("restored", "binned"),
)
OPPOSITES: dict[str, frozenset[str]] = {
    name: frozenset(
        {b for a, b in _OPPOSITES if a == name} | {a for a, b in _OPPOSITES if b == name}
    )
    for pair in _OPPOSITES
    for name in pair
}
"""Each of these cancels an earlier event of the other name."""

EVENTS = frozenset(RENEWED | AWAITED | OPPOSITES.keys())
"""All events of a record that may be reported."""
