"""How rows say that the use of what they show is restricted (RULES DSR-7)."""

from collections.abc import Mapping

from telecom_privacy.restrictions.model import Reason
from telecom_privacy.reversibility.selection import Chosen
from telecom_privacy.reversibility.tables.schema import Field

RESTRICTION = Field(
    "restriction",
    "Why it is kept and not used but for the person or a legal claim (GDPR article 18); empty if it"
    " is not restricted",
    values=tuple(reason.value for reason in Reason),
)


def restriction_of(chosen: Chosen) -> Mapping[str, str]:
    """What of a row says so; nothing where nothing is restricted."""
    return {RESTRICTION.name: chosen.restriction.value} if chosen.restriction else {}
