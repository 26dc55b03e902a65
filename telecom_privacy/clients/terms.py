"""What decides a client's terms besides its own history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Policy
from telecom_privacy.policies.window import Window, reversibility_window


@dataclass(frozen=True, slots=True)
class TermSettings:
    """The policies by name, the zone in which months are counted, the grace of shorter terms."""

    policies: Mapping[str, Policy]
    zone: tzinfo
    grace: timedelta

    def terms(self, history: ClientHistory) -> Terms:
        """Raise `ConfigurationError` if a policy of the history has no file."""
        for change in history.policies:
            if change.policy not in self.policies:
                raise ConfigurationError(
                    f"a client is bound to the policy {change.policy}, which has no file"
                )
        return Terms(history, self.policies, self.zone, self.grace)

    def window(self, history: ClientHistory) -> Window | None:
        """The reversibility window (RET-3); None while the contract has no end."""
        return reversibility_window(history, self.policies, self.zone)

    def window_over(self, history: ClientHistory, now: datetime) -> bool:
        """Tell whether the contract has ended and its reversibility window with it."""
        window = self.window(history)
        return window is not None and window.closes_at <= now
