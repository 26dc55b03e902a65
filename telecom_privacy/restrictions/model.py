"""A restriction, and what may be restricted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from telecom_privacy.scope import Role, Scope


class Reason(StrEnum):
    """Why something is restricted: GDPR article 18(1)(a) to (d). Words, never free text."""

    ACCURACY_CONTESTED = "accuracy_contested"
    UNLAWFUL_PROCESSING = "unlawful_processing"
    NEEDED_FOR_CLAIMS = "needed_for_claims"
    OBJECTION_PENDING = "objection_pending"

    @property
    def defers_erasure(self) -> bool:
        """Whether the person wants the data kept: for claims (c), or opposes erasure (b)."""
        return self in _DEFERRING

    @property
    def yields(self) -> list["Reason"]:
        """The reasons whose place this one takes, where one is given after the other."""
        after = [other for other in Reason if foremost([self, other]) is not other]
        return after if self.defers_erasure else []


_DEFERRING = (Reason.NEEDED_FOR_CLAIMS, Reason.UNLAWFUL_PROCESSING)
"""The one that counts for more first."""


def foremost(reasons: Iterable[Reason]) -> Reason | None:
    """Return the reason to name where several apply: one that also defers erasure, if any."""
    order = [*_DEFERRING, *Reason]
    return min(reasons, key=order.index, default=None)


@dataclass(frozen=True, slots=True)
class Concerned:
    """A stored record and the persons it is about: numbers in E.164, or other names as stored."""

    role: Role
    record_id: UUID
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction of one record, or of all that is about a person (`record_id` None).

    `mark` is the keyed token of the one or the other, and the document's `_id`. Until it is
    settled, packages that hold what it concerns may be left.
    """

    mark: bytes
    scope: Scope
    reason: Reason
    at: datetime
    actor: str
    record_id: UUID | None = None
    is_settled: bool = False
