"""Which events mean something to a record."""

from telecom_privacy.clients.model import Client
from telecom_privacy.errors import Invalid
from telecom_privacy.records.model import CONSENT, StoredRecord

BIN = frozenset({"binned", "restored"})
"""The events that move a record into its bin and out of it (RET-25)."""

_GIVING = frozenset({"given", "revoked"})


def require_relevant(client: Client, record: StoredRecord, event: str) -> None:
    """Raise `Invalid` for an event on which no rule of the record's category depends.

    Whoever reports, say, that the data is a minor's (RET-31) must not believe that it is gone.
    What of bin and consent depends on no rule is relevant, too.
    """
    relevant = client.terms.events_of(record.category, record.scope.role) | BIN
    if record.category == CONSENT:
        relevant |= _GIVING
    if event not in relevant:
        known = ", ".join(sorted(relevant))
        raise Invalid({"event": [f"No term of this category depends on it; known: {known}."]})
