"""Which stored categories answer which category of data that a text of law opens.

The names are those of the policy files. What stands in none of these is never looked for: CRM,
marketing, notes and tags of clients, consents, files of rights requests.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

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
_CORRESPONDENCE = frozenset({"voicemail", "sms", "message", "email", "chat", "video_meeting"})

_WRITTEN = frozenset({"text", "body", "subject", "title", "transcript", "description", "minutes"})
_PLACES = frozenset({"location", "position", "latitude", "longitude", "cell", "place"})
_REMARKS = frozenset({"note", "notes", "tags"})
"""By what name a record says what was written, or where somebody was; nobody is given remarks."""

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
    DataCategory.CONTENT: (Records(Role.PROCESSOR, _CORRESPONDENCE, is_of_period=True),),
}
"""The records that answer, beside calls (traffic) and their recordings (content)."""

_ANSWERED = {
    name: asked for asked, kinds in ANSWERING.items() for kind in kinds for name in kind.categories
}
_CONNECTIONS = frozenset({DataCategory.TRAFFIC, DataCategory.LOCATION, DataCategory.CONTENT})


def answered_by(role: Role, category: str) -> DataCategory | None:
    """What a stored category answers; None for what is never given."""
    for asked, kinds in ANSWERING.items():
        if any(kind.role is role and category in kind.categories for kind in kinds):
            return asked
    return None


def is_state(category: str) -> bool:
    """Whether records of a category tell how something is, not what occurred."""
    return category in _STATES


def opened(
    category: str, data: Mapping[str, Any], given: Collection[DataCategory]
) -> dict[str, Any]:
    """Return the fields of a record's data that the categories given open, and no others.

    Content alone does not tell of its conveyance, nor traffic what was conveyed, and neither where.
    """
    return {name: value for name, value in data.items() if _kind(category, name) in given}


def tells_conveyance(category: str, given: Collection[DataCategory]) -> bool:
    """Whether a record says when it was, about whom and of which client, beside its fields."""
    return category not in _CORRESPONDENCE or DataCategory.TRAFFIC in given


def _kind(category: str, field: str) -> DataCategory | None:
    """What a field of a record is; None for what is never given."""
    name, answered = field.casefold(), _ANSWERED.get(category)
    if name in _REMARKS:
        return None
    if category in _CORRESPONDENCE:
        answered = DataCategory.CONTENT if name in _WRITTEN else DataCategory.TRAFFIC
    if answered in _CONNECTIONS and name in _PLACES:
        return DataCategory.LOCATION
    if answered in _CONNECTIONS and name in _WRITTEN:
        return DataCategory.CONTENT
    return answered
