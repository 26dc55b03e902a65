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


def foremost(reasons: Iterable[Reason]) -> Reason | None:
    """Return the reason to name where several apply: the one that also defers erasure, if any."""
    order = [Reason.NEEDED_FOR_CLAIMS, *Reason]
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
