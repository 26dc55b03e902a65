"""A hold, and what it matches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import DocumentId
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.scope import NO_ID, Role, Scope

HOLD = "hold"
"""The category under whose key the content of a hold is sealed."""

LAW = "law"
"""Who released a hold whose time, which the law set when it was placed, is over."""


class HoldState(StrEnum):
    """A hold is in force until a second person has released it."""

    ACTIVE = "active"
    RELEASE_ASKED = "release_asked"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a hold matches, all of it at once; internal ids, and times in clear.

    Without a client it reaches all of them, without a licence all of the client's. `names_number`:
    only records with the sealed number. The period, both ends included, is open where it is None.
    A claim's reaches what is kept in one `role` only, and perhaps one `record` only, with its
    recordings or content; what comes under the same external id later is another record.
    """

    client_id: UUID | None = None
    licence_id: UUID | None = None
    names_number: bool = False
    start: datetime | None = None
    end: datetime | None = None
    role: Role | None = None
    record: UUID | None = None

    def covers(self, original: Original) -> bool:
        """Whether a record lies in this reach, if its number is the one that is meant."""
        if not self.spans(original.scope) or self.record not in (None, original.whole_id):
            return False
        return self._overlaps(original.started_at, original.ended_at)

    def spans(self, scope: Scope) -> bool:
        """Whether records of a scope may lie in this reach."""
        return (
            self.client_id in (None, scope.client_id)
            and self.licence_id in (None, scope.licence_id)
            and self.role in (None, scope.role)
        )

    def _overlaps(self, started_at: datetime, ended_at: datetime | None) -> bool:
        begins_in_time = self.end is None or started_at <= self.end
        ends_late_enough = self.start is None or ended_at is None or ended_at >= self.start
        return begins_in_time and ends_late_enough


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person wants kept though the client does not (GDPR article 18(1)(b), (c)).

    It is needed for legal claims, or was processed unlawfully and the person opposes the erasure.
    `mark` is that of the restriction that says so, `ground` the article. It concerns one record, by
    its id, licence and the id of its document, or all that is about a `person`: a number in E.164,
    or another subject as stored.
    """

    mark: bytes
    role: Role
    ground: str
    record_id: UUID | None = None
    licence_id: UUID | None = None
    document: DocumentId | None = None
    person: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something to a hold (the id of an API key, or `LAW`), and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredHold:
    """A hold as stored; case, reason, number and external ids are in `payload`.

    `claim` is the mark of the restriction with which it stands and falls, if it was placed for a
    claim, and `place` the id of the document in which the record of such a claim lies or lay.
    `requisition` is the case that it serves, which legal staff alone may know of; `lapses_at` is
    when it ends by itself.
    """

    id: UUID
    reach: Reach
    review_on: date
    placed: Act
    month: str
    key: KeyReference
    payload: bytes
    release_asked: Act | None = None
    released: Act | None = None
    claim: bytes | None = None
    place: DocumentId | None = None
    requisition: UUID | None = None
    lapses_at: datetime | None = None

    @property
    def is_of_person(self) -> bool:
        """Whether it stands with a claim that needs all that is about a person."""
        return self.claim is not None and self.reach.record is None

    def is_review_due(self, today: date) -> bool:
        return self.released is None and self.review_on <= today

    @property
    def state(self) -> HoldState:
        if self.released:
            return HoldState.RELEASED
        return HoldState.RELEASE_ASKED if self.release_asked else HoldState.ACTIVE

    @property
    def binding(self) -> Binding:
        return hold_binding(self.month, self.id)


@dataclass(frozen=True, slots=True)
class Hold:
    """An opened hold. `details` is what is sealed; empty where that cannot be opened any more:

    `{case, reason, client_id, licence_id, number, secret}`, the ids external ones; of a claim also
    `record_id`. `withheld` is the number of erased content versions that it keeps.
    """

    stored: StoredHold
    details: Mapping[str, Any] = field(repr=False)
    withheld: int
    is_review_due: bool

    def view(self) -> dict[str, Any]:
        """What legal staff reads."""
        stored = self.stored
        return {
            "id": stored.id,
            **self.details,
            "from": stored.reach.start,
            "until": stored.reach.end,
            "review_on": stored.review_on,
            "review_due": self.is_review_due,
            "state": stored.state,
            "placed": stored.placed,
            "release_asked": stored.release_asked,
            "released": stored.released,
            "requisition": stored.requisition,
            "lapses_at": stored.lapses_at,
            "withheld": self.withheld,
        }


def hold_binding(month: str, hold_id: UUID) -> Binding:
    """Under no client's key: a hold must outlive them."""
    scope = Scope(NO_ID, NO_ID, Role.CONTROLLER)
    return record_binding(scope, HOLD, month, hold_id)
