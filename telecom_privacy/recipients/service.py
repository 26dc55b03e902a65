"""The list as of a day, and what changes in it."""

from collections.abc import Sequence
from datetime import date, tzinfo

from telecom_privacy.clock import Clock
from telecom_privacy.recipients.model import Change, Recipient, changes_of


class RecipientService:
    """Days are those of the operator's time zone."""

    def __init__(self, recipients: Sequence[Recipient], clock: Clock, zone: tzinfo) -> None:
        self._recipients = recipients
        self._clock = clock
        self._zone = zone

    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def on(self, day: date | None) -> list[Recipient]:
        """The recipients of a day, today if none is given, by name."""
        asked = day or self.today()
        found = [one for one in self._recipients if one.is_one_on(asked)]
        return sorted(found, key=lambda one: (one.name, one.service))

    def changes_since(self, day: date | None) -> list[Change]:
        """What changed from a day on, or was ever changed, and what is announced to change."""
        return [one for one in changes_of(self._recipients) if not day or day <= one.effective_on]
