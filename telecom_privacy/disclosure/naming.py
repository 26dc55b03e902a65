"""For whom the answer of a case is: as its order says, or as was named since: pure."""

from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.model import Requisition
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


def require_other(requisition: Requisition, recipient: Recipient) -> None:
    """Raise `Conflict` for the recipient that is named already."""
    if named_recipient(requisition) == recipient.fingerprint:
        raise Conflict("this recipient is named already")
