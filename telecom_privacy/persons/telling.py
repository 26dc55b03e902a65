"""That a person was told before a restriction was lifted (GDPR article 18(3))."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.errors import Invalid
from telecom_privacy.http.access import Access, ApiRole


class Way(StrEnum):
    """How a person was told. Words, never free text: it stands in a path and in the log."""

    LETTER = "letter"
    EMAIL = "email"
    TELEPHONE = "telephone"
    IN_PERSON = "in_person"
    PORTAL = "portal"


def require_told(access: Access, told: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Return what the log says of it; raise `Invalid` where the operator says nothing.

    `told` is `{told: Way or None, told_at: datetime or None}`. A client answers for itself and may
    leave it out. Nobody was told at a time that is still to come.
    """
    way, at = told["told"], told["told_at"]
    if way is None and (at is not None or access.role is not ApiRole.CLIENT):
        raise Invalid({"told": ["Say how the person was told: it is told before (article 18(3))."]})
    if at is not None and at > now:
        raise Invalid({"told_at": ["Lies ahead."]})
    return {"told": way.value, "told_at": to_text(at or now)} if way else {}
