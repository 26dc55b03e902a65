"""For whom the answer of a case is: as its order says, or as was named since: pure."""

from itertools import takewhile

from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Conflict


def named_recipient(requisition: Requisition) -> str | None:
    """The fingerprint of the key that the answer is encrypted to."""
    named = requisition.last(Step.RECIPIENT_NAMED)
    return named.said["recipient"] if named else requisition.order.recipient


def require_named(requisition: Requisition, recipient: Recipient) -> None:
    """Raise `Conflict` for a recipient that nobody else named: one alone chooses none."""
    named = named_recipient(requisition)
    if named is None:
        raise Conflict("this case names no recipient: somebody else names it first")
    if named != recipient.fingerprint:
        raise Conflict("this case names another recipient")


def namings(requisition: Requisition) -> list[Entry]:
    """The steps that named the recipient that counts, since another one did; none: the order did.

    There are two where somebody confirmed the recipient that another named.
    """
    named = requisition.all(Step.RECIPIENT_NAMED)
    same = takewhile(lambda one: one.said["recipient"] == named[-1].said["recipient"], named[::-1])
    return list(same)
