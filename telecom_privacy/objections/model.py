"""An objection to being recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from telecom_privacy.scope import Scope


@dataclass(frozen=True, slots=True)
class Objection:
    """From `since` on, until it is withdrawn, no call with a number is recorded.

    `mark` is the keyed token of the number.
    """

    id: UUID
    mark: bytes
    scope: Scope
    since: datetime
