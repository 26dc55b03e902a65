"""What the terms say of one record."""

from dataclasses import dataclass
from datetime import datetime

from telecom_privacy.policies.model import Action


@dataclass(frozen=True, slots=True)
class PurposeTerm:
    """The time in which a record is used for one purpose; `due_at` None while no end is known."""

    purpose: str
    starts_at: datetime
    due_at: datetime | None
    rule_id: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """When a record is due, under which rule, and until when each purpose may read it.

    Due and rule are None while no end is known. `due_at` is never before the record occurred. The
    rule is the one in force when the record falls due, or the last one where its purpose was
    withdrawn; `action` says how it erases (never `archive`). From `archived_from` until it is due
    the record may be read by legal staff only; None where it is never archived.
    """

    due_at: datetime | None
    rule_id: str | None
    purposes: tuple[PurposeTerm, ...]
    action: Action = Action.ERASE
    archived_from: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Tell whether nothing may be done with the record any more, but erase it."""
        return self.due_at is not None and self.due_at <= now

    def is_archived(self, now: datetime) -> bool:
        """Tell whether legal staff alone may read the record."""
        in_archive = self.archived_from is not None and self.archived_from <= now
        return in_archive and not self.is_due(now)

    def purpose_over(self, purpose: str, now: datetime) -> bool:
        """Tell whether the record may not be read for `purpose`, though it may live for others."""
        terms = (term for term in self.purposes if term.purpose == purpose)
        return not any(
            term.starts_at <= now and (term.due_at is None or now < term.due_at) for term in terms
        )
