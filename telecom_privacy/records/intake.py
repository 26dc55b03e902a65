"""From a caller's JSON to a `NewRecord`, and to what is sealed of it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785

from telecom_privacy.clock import CLOCK_TOLERANCE, Clock, to_text
from telecom_privacy.errors import Invalid
from telecom_privacy.records.model import NewRecord


def require_not_in_future(clock: Clock, field: str, moment: datetime) -> None:
    """Raise `Invalid` for a time that starts a term and lies more than 5 minutes ahead."""
    if moment > clock.now() + CLOCK_TOLERANCE:
        raise Invalid({field: ["Lies more than 5 minutes in the future."]})


def stated(new: NewRecord) -> dict[str, Any]:
    """What the caller said of a record, as it is sealed."""
    names = {"id": new.external_id, "licence_id": new.licence_id, "subject": new.subject}
    given = {name: value for name, value in names.items() if value is not None}
    return {**given, "occurred_at": to_text(new.occurred_at), "data": new.data}


def canonical_body(new: NewRecord) -> bytes:
    """The RFC 8785 form of what a receipt is for. Raises `Invalid` where there is none."""
    try:
        return rfc8785.dumps({"category": new.category, **stated(new)})
    except rfc8785.CanonicalizationError as error:
        raise Invalid({"data": ["Holds a number that JSON cannot carry exactly."]}) from error


def fingerprint(body: bytes) -> str:
    """What a retry is compared by. It is sealed: a bare hash of a record can be guessed."""
    return sha256(body).hexdigest()


def same_place(sealed: Mapping[str, Any], new: NewRecord) -> bool:
    """Whether a new version says the same of what never changes."""
    said = stated(new)
    return all(sealed.get(name) == said.get(name) for name in ("occurred_at", "licence_id"))
