"""The records of processing activities of GDPR article 30: what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.model import Rule
from telecom_privacy.recipients.model import Recipient


@dataclass(frozen=True, slots=True)
class Activity:
    """What is done with one category of data for one purpose, under these policies (ROLE-9).

    The rules are alike in all of them: bases, recipients and terms. `agreed` is the client's own
    term, in the register of one client (RET-8).
    """

    purpose: str
    category: str
    policies: tuple[str, ...]
    rules: tuple[Rule, ...]
    agreed: Duration | None = None


@dataclass(frozen=True, slots=True)
class ServedClient:
    """Somebody for whom the operator processes (GDPR article 30(2)(a)); personal data."""

    id: str = field(repr=False)
    name: str = field(repr=False)
    policy: str
    contact: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Register:
    """Both tables as of a moment (GDPR article 30(1) and (2)).

    `clients` are those on whose behalf something is processed, None for whoever may not know
    them; `client_count` is how many they are.
    """

    as_of: datetime
    controller: Sequence[Activity]
    processor: Sequence[Activity]
    recipients: Sequence[Recipient]
    client_count: int
    clients: Sequence[ServedClient] | None
