"""The states of a requisition and the steps between them (names of ETSI TS 103 120)."""

from collections.abc import Mapping
from enum import StrEnum

from telecom_privacy.legal_bases.model import BasisKind


class State(StrEnum):
    """The names of TS 103 120: of LDTaskStatus, and of LPTaskStatus for a preservation."""

    AWAITING_APPROVAL = "AwaitingApproval"
    AWAITING_DISCLOSURE = "AwaitingDisclosure"
    DISCLOSED = "Disclosed"
    DISCLOSURE_NOT_AVAILABLE = "DisclosureNotAvailable"
    AWAITING_PRESERVATION = "AwaitingPreservation"
    PRESERVED = "Preserved"
    EXPIRED = "Expired"
    REJECTED = "Rejected"
    CANCELLED = "Cancelled"


class Step(StrEnum):
    RECORDED = "recorded"
    CORRECTED = "corrected"
    SCANNED = "scanned"
    CHECKED = "checked"
    EVIDENCE_FILED = "evidence_filed"
    LOOKED = "looked"
    """A look at what an order reaches: refused as a step is, and noted in the log alone."""
    PRESERVED = "preserved"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    CONVERTED = "converted"
    """A production was ordered of what is preserved."""
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    """The authority that was notified said that it will not refuse."""
    ACKNOWLEDGED = "acknowledged"
    """That no counsel confirmed the legal basis was known to whoever approved."""
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    RECIPIENT_NAMED = "recipient_named"
    """For whom the answer is, where the order did not say or the authority lost its key."""
    PARTIAL = "partial"
    NOTHING_FOUND = "nothing_found"
    ASSEMBLED = "assembled"
    """What is given was fixed, and the making of its package begun."""
    SEALED = "sealed"
    HANDED_OVER = "handed_over"
    RECEIPT = "receipt"
    RECEIPT_FILED = "receipt_filed"
    CLOSED = "closed"


class CheckName(StrEnum):
    """What is checked one by one: the CNIL's guide on authorised third parties, and the texts."""

    TEXT_CITED = "text_cited"
    AUTHORITY_NAMED_IN_TEXT = "authority_named_in_text"
    PERSON_VERIFIED = "person_verified"
    """Called back under a number that is public, not one of the request."""
    RANK_AS_TEXT_REQUIRES = "rank_as_text_requires"
    BASIS_COVERS_CATEGORIES = "basis_covers_categories"
    SCOPE_NAMED_AND_BOUNDED = "scope_named_and_bounded"
    AUTHORISATION_SEEN = "authorisation_seen"
    SECURE_CHANNEL = "secure_channel"
    CASE_60_1_2 = "case_60_1_2"
    PRIVILEGED_PROFESSION = "privileged_profession"


class CheckOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


def _staying(*states: State) -> Mapping[State, State]:
    return {state: state for state in states}


_APPROVABLE = State.AWAITING_APPROVAL
_OPEN = (_APPROVABLE, State.AWAITING_DISCLOSURE)
ANSWERED = (State.DISCLOSED, State.DISCLOSURE_NOT_AVAILABLE)
"""The states of an order of production that was answered."""

_BEFORE_APPROVAL = dict.fromkeys(
    (Step.CORRECTED, Step.SCANNED, Step.CHECKED, Step.EVIDENCE_FILED), _staying(_APPROVABLE)
)

TRANSITIONS: Mapping[BasisKind, Mapping[Step, Mapping[State, State]]] = {
    BasisKind.PRODUCTION: {
        **_BEFORE_APPROVAL,
        **dict.fromkeys((Step.LOOKED, Step.PRESERVED, Step.RENEWED), _staying(*_OPEN)),
        Step.LAPSED: _staying(*_OPEN, *ANSWERED),
        Step.CONFIRMED: _staying(*_OPEN),
        Step.APPROVED: {_APPROVABLE: State.AWAITING_DISCLOSURE},
        Step.ACKNOWLEDGED: _staying(State.AWAITING_DISCLOSURE),
        Step.REJECTED: dict.fromkeys(_OPEN, State.REJECTED),
        Step.CANCELLED: dict.fromkeys(_OPEN, State.CANCELLED),
        Step.RECIPIENT_NAMED: _staying(State.AWAITING_DISCLOSURE, *ANSWERED),
        Step.PARTIAL: _staying(State.AWAITING_DISCLOSURE, State.DISCLOSED),
        Step.NOTHING_FOUND: {State.AWAITING_DISCLOSURE: State.DISCLOSURE_NOT_AVAILABLE},
        **dict.fromkeys(
            (Step.ASSEMBLED, Step.SEALED), _staying(State.AWAITING_DISCLOSURE, *ANSWERED)
        ),
        Step.HANDED_OVER: {
            State.AWAITING_DISCLOSURE: State.DISCLOSED,
            State.DISCLOSURE_NOT_AVAILABLE: State.DISCLOSURE_NOT_AVAILABLE,
        },
        **dict.fromkeys((Step.RECEIPT, Step.RECEIPT_FILED, Step.CLOSED), _staying(*ANSWERED)),
    },
    BasisKind.PRESERVATION: {
        **_BEFORE_APPROVAL,
        Step.LOOKED: _staying(_APPROVABLE, State.AWAITING_PRESERVATION, State.PRESERVED),
        Step.APPROVED: {_APPROVABLE: State.AWAITING_PRESERVATION},
        Step.ACKNOWLEDGED: _staying(State.AWAITING_PRESERVATION),
        Step.PRESERVED: {State.AWAITING_PRESERVATION: State.PRESERVED},
        **dict.fromkeys((Step.RENEWED, Step.CONVERTED), _staying(State.PRESERVED)),
        Step.LAPSED: {State.PRESERVED: State.EXPIRED},
        Step.REJECTED: dict.fromkeys((_APPROVABLE, State.AWAITING_PRESERVATION), State.REJECTED),
        Step.CANCELLED: dict.fromkeys(
            (_APPROVABLE, State.AWAITING_PRESERVATION, State.PRESERVED), State.CANCELLED
        ),
        **dict.fromkeys(
            (Step.RECEIPT, Step.RECEIPT_FILED), _staying(State.PRESERVED, State.EXPIRED)
        ),
        Step.CLOSED: _staying(State.EXPIRED),
    },
}
"""What may follow in which state, and what comes of it. Nothing follows what closes a case."""

NEEDS: Mapping[BasisKind, Mapping[Step, Step]] = {
    BasisKind.PRODUCTION: {
        Step.SEALED: Step.ASSEMBLED,
        Step.HANDED_OVER: Step.SEALED,
        Step.RECEIPT: Step.HANDED_OVER,
        Step.RECEIPT_FILED: Step.RECEIPT,
        Step.CLOSED: Step.HANDED_OVER,
    },
    BasisKind.PRESERVATION: {Step.RECEIPT_FILED: Step.RECEIPT},
}
"""A step that another one must have gone before."""

_REPEATED = {
    *(Step.CORRECTED, Step.CHECKED, Step.SCANNED, Step.EVIDENCE_FILED),
    *(Step.PRESERVED, Step.CONVERTED, Step.ASSEMBLED, Step.SEALED, Step.PARTIAL),
    Step.RECIPIENT_NAMED,
}
ONCE = frozenset(Step) - _REPEATED
"""Steps that are taken once."""

CLOSING = frozenset({Step.REJECTED, Step.CANCELLED, Step.CLOSED})
