"""What was done about the end of a contract: reminders, and the destruction that follows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from telecom_privacy.policies.window import Window

_DAYS_BEFORE = (14, 7, 1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """That the window closes soon. `reminded_at` is None until somebody was reminded."""

    due_on: date
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That the client has everything, in a package that it took: said when, by which API key."""

    export_id: UUID
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """What is remembered of a client. `reminded` is by the day on which a reminder was due.

    `opened_for` is the end of the window of which somebody was told that it is open,
    `destroyed_at` when the key of all that was hosted for the client was gone.
    """

    reminded: dict[date, datetime]
    destroyed_at: datetime | None = None
    opened_for: date | None = None
    confirmed: Confirmation | None = None

    def reminders(self, window: Window) -> list[Reminder]:
        """All reminders of a window, in the order in which they are due."""
        days = [window.closes_on - timedelta(days=before) for before in _DAYS_BEFORE]
        return [Reminder(day, self.reminded.get(day)) for day in days]

    def given_since(self, told_at: datetime) -> list[Reminder]:
        """The reminders that were given of the end that was told then."""
        given = sorted(self.reminded.items())
        return [Reminder(day, at) for day, at in given if at >= told_at]

    def next_reminder(self, window: Window, zone: tzinfo) -> tuple[Reminder, datetime] | None:
        """The first reminder that is still to be given, and from when on."""
        waiting = [one for one in self.reminders(window) if one.reminded_at is None]
        return (waiting[0], datetime.combine(waiting[0].due_on, time(), zone)) if waiting else None
