"""A request of a person, and the steps that it may take (GDPR articles 12 to 22, DSR-1..7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from telecom_privacy.policies.duration import Duration, parse_duration
from telecom_privacy.policies.model import ANSWER
from telecom_privacy.records.kept_step import NotedStep


class Right(StrEnum):
    """What a person asks for (DSR-1)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"
    COMPLAINT = "complaint"
    POST_MORTEM = "post_mortem"
    AUTOMATED_DECISION = "automated_decision"


CHANGING = frozenset(
    {
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.OBJECTION,
        Right.WITHDRAWAL,
        Right.POST_MORTEM,
    }
)
"""What changes data that others may have got, and so are told of it (articles 17(2) and 19)."""


class Relation(StrEnum):
    """As what somebody asks for another person."""

    REPRESENTATIVE = "representative"
    PARENTAL_AUTHORITY = "parental_authority"
    GUARDIAN = "guardian"
    DESIGNATED_PERSON = "designated_person"
    """Whom a directive names (Loi Informatique et Libertés article 85)."""
    HEIR = "heir"


AFTER_DEATH = frozenset({Relation.DESIGNATED_PERSON, Relation.HEIR})
"""Who may ask about the data of a person who died."""


class State(StrEnum):
    RECEIVED = "received"
    IDENTITY_ASKED = "identity_asked"
    VERIFIED = "verified"
    ANSWERED = "answered"
    REFUSED = "refused"


OPEN = frozenset({State.RECEIVED, State.IDENTITY_ASKED, State.VERIFIED})
"""The states in which the person still waits."""

UNKNOWN = frozenset({State.RECEIVED, State.IDENTITY_ASKED})
"""The states in which a document that proves an identity is still to be looked at (DSR-3)."""

AFTER_REFERRAL = frozenset({State.VERIFIED, State.ANSWERED, State.REFUSED})
"""The states in which a person may have been sent to a client, who answers on its own."""


class Step(StrEnum):
    IDENTITY_ASKED = "identity_asked"
    IDENTITY_VERIFIED = "identity_verified"
    EXTENDED = "extended"
    REFERRED = "referred"
    AGREED = "agreed"
    """It was agreed later that the request is passed on to a client the person was sent to."""
    CLIENT_ANSWERED = "client_answered"
    TAKEN = "taken"
    """The package for the person was taken."""
    ERASED = "erased"
    CONTROLLER_TOLD = "controller_told"
    """Another controller was told what was erased or changed (articles 17(2) and 19)."""
    ANSWERED = "answered"
    REFUSED = "refused"


class Outcome(StrEnum):
    """How a request was answered."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    NOTHING_HELD = "nothing_held"
    REFERRED = "referred"
    """The operator holds nothing as controller; the client answers."""
    CONFIRMED = "confirmed"
    """A person reviewed an automated decision, and it stands (article 22(3))."""
    CHANGED = "changed"
    """A person reviewed an automated decision, and it was another then."""
    DIRECTIVE_RECORDED = "directive_recorded"
    DIRECTIVE_FOLLOWED = "directive_followed"
    """What a person directed was done after its death (Loi Informatique et Libertés article 85)."""


_USUAL = frozenset(
    {Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.NOTHING_HELD, Outcome.REFERRED}
)
_REVIEWED = frozenset({Outcome.CONFIRMED, Outcome.CHANGED, Outcome.NOTHING_HELD, Outcome.REFERRED})
_DIRECTED = frozenset({Outcome.DIRECTIVE_RECORDED, Outcome.DIRECTIVE_FOLLOWED})

OUTCOMES_OF: Mapping[Right, frozenset[Outcome]] = {
    **dict.fromkeys(Right, _USUAL),
    Right.AUTOMATED_DECISION: _REVIEWED,
    Right.POST_MORTEM: _USUAL | _DIRECTED,
}
"""What may be answered to whom asks for a right: its letter says just that."""


class Ground(StrEnum):
    """Why the law lets a request be refused (DSR-5)."""

    IDENTITY_NOT_VERIFIED = "identity_not_verified"
    LEGAL_RETENTION = "legal_retention"
    DEFENCE_OF_RIGHTS = "defence_of_rights"
    RIGHTS_OF_OTHERS = "rights_of_others"
    MANIFESTLY_UNFOUNDED = "manifestly_unfounded"
    EXCESSIVE = "excessive"
    CONDITIONS_NOT_MET = "conditions_not_met"


class Urgency(StrEnum):
    """`urgent` is the last week."""

    CLOSED = "closed"
    IN_TIME = "in_time"
    URGENT = "urgent"
    OVERDUE = "overdue"


TRANSITIONS: Mapping[Step, Mapping[State, State]] = {
    Step.IDENTITY_ASKED: {
        State.RECEIVED: State.IDENTITY_ASKED,
        State.IDENTITY_ASKED: State.IDENTITY_ASKED,
    },
    Step.IDENTITY_VERIFIED: {
        State.RECEIVED: State.VERIFIED,
        State.IDENTITY_ASKED: State.VERIFIED,
    },
    Step.EXTENDED: {state: state for state in OPEN},
    Step.REFERRED: {State.VERIFIED: State.VERIFIED},
    Step.AGREED: {state: state for state in AFTER_REFERRAL},
    Step.TAKEN: {State.VERIFIED: State.VERIFIED},
    Step.ERASED: {State.VERIFIED: State.VERIFIED},
    Step.CONTROLLER_TOLD: {state: state for state in (State.VERIFIED, State.ANSWERED)},
    Step.CLIENT_ANSWERED: {state: state for state in AFTER_REFERRAL},
    Step.ANSWERED: {State.VERIFIED: State.ANSWERED},
    Step.REFUSED: dict.fromkeys(OPEN, State.REFUSED),
}
"""What may follow in which state, and what comes of it: nothing is answered before the identity is
verified (DSR-3), and nothing of the operator's own after its answer. The consent to pass a request
on may come later than that answer, which often asks for it (DSR-4)."""


@dataclass(frozen=True, slots=True)
class Entry(NotedStep[Step]):
    """A step of a request."""


@dataclass(frozen=True, slots=True)
class Referral:
    """The person was sent to a client; `agreed_by` who let the request be passed on to it.

    That is the person or the contract, since `agreed_at`; both are None where it was not passed on.
    `answer` is what the client says of its own answer: `{outcome, note?, at}`.
    """

    client_id: UUID
    at: datetime
    agreed_by: str | None
    agreed_at: datetime | None = None
    answer: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """A request with its steps, from which everything else follows.

    `client_id` is the client that the person named; `on_behalf` is `{relation, name, proof}` of
    whoever asks for the person, `directive` what the person directed for the time after death.
    """

    id: UUID
    right: Right
    subject: str = field(repr=False)
    contact: str = field(repr=False)
    received_at: datetime
    client_id: UUID | None = None
    on_behalf: Mapping[str, str] | None = field(default=None, repr=False)
    directive: str | None = field(default=None, repr=False)
    entries: Sequence[Entry] = ()

    def after(self, entry: Entry) -> "RightsRequest":
        return replace(self, entries=(*self.entries, entry))

    @property
    def state(self) -> State:
        found = State.RECEIVED
        for entry in self.entries:
            found = TRANSITIONS[entry.step][found]
        return found

    @property
    def last_at(self) -> datetime:
        """When the operator last took a step."""
        own = (entry.at for entry in self.entries if entry.step is not Step.CLIENT_ANSWERED)
        return max(own, default=self.received_at)

    @property
    def time_to_answer(self) -> Duration:
        extended = self.last(Step.EXTENDED)
        return parse_duration(extended.said["longest"]) if extended else ANSWER

    @property
    def closing(self) -> Entry | None:
        """The answer or the refusal."""
        return self.last(Step.ANSWERED) or self.last(Step.REFUSED)

    @property
    def referrals(self) -> list[Referral]:
        answers = self._by_client(Step.CLIENT_ANSWERED)
        later = self._by_client(Step.AGREED)
        return [
            _referral(entry, later.get(entry.said["client"]), answers.get(entry.said["client"]))
            for entry in self._all(Step.REFERRED)
        ]

    def referral_to(self, client_id: UUID) -> Referral | None:
        return next((one for one in self.referrals if one.client_id == client_id), None)

    def last(self, step: Step) -> Entry | None:
        return next(reversed(self._all(step)), None)

    def _by_client(self, step: Step) -> dict[str, Entry]:
        return {entry.said["client"]: entry for entry in self._all(step)}

    def _all(self, step: Step) -> list[Entry]:
        return [entry for entry in self.entries if entry.step is step]


def _referral(entry: Entry, later: Entry | None, answer: Entry | None) -> Referral:
    agreed = later or entry
    agreed_by = agreed.said.get("agreed_by")
    given = {**answer.said, "at": answer.at} if answer else None
    agreed_at = agreed.at if agreed_by else None
    return Referral(UUID(entry.said["client"]), entry.at, agreed_by, agreed_at, given)
