"""Which stored categories answer which category of data that a text of law opens.

The names are those of the policy files. What stands in none of these is never looked for: CRM,
marketing, notes and tags of clients, consents, files of rights requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class Records:
    """Records about a number. Of what `is_of_period`, only what occurred in the order's period.

    A state, such as who a subscriber is, began before what it is asked for.
    """

    role: Role
    categories: frozenset[str]
    is_of_period: bool


_STATES = frozenset({"subscriber_identity", "subscription"})

ANSWERING: Mapping[DataCategory, tuple[Records, ...]] = {
    DataCategory.IDENTITY: (
        Records(Role.CONTROLLER, frozenset({"subscriber_identity"}), is_of_period=False),
    ),
    DataCategory.BILLING: (
        Records(Role.CONTROLLER, frozenset({"subscription"}), is_of_period=False),
        Records(Role.CONTROLLER, frozenset({"payment", "billing"}), is_of_period=True),
    ),
    DataCategory.TRAFFIC: (
        Records(Role.CONTROLLER, frozenset({"connection_technical"}), is_of_period=True),
    ),
    DataCategory.LOCATION: (Records(Role.CONTROLLER, frozenset({"location"}), is_of_period=True),),
    DataCategory.CONTENT: (
        Records(Role.PROCESSOR, frozenset({"voicemail", "sms", "message"}), is_of_period=True),
    ),
}
"""The records that answer, beside calls (traffic) and their recordings (content)."""


def answered_by(role: Role, category: str) -> DataCategory | None:
    """What a stored category answers; None for what is never given."""
    for asked, kinds in ANSWERING.items():
        if any(kind.role is role and category in kind.categories for kind in kinds):
            return asked
    return None


def is_state(category: str) -> bool:
    """Whether records of a category tell how something is, not what occurred."""
    return category in _STATES
