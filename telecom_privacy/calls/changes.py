"""What was set right of a call: kept sealed with it, for as long as it lives (RULES DSR-1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text

MOST_CHANGES = 100
"""So many changes a call remembers, the newest: they lie in its one document."""

CHANGEABLE = ("caller_name", "note", "tags", "recording_consent")
"""What people may set right of a call."""


def noted(
    sealed: Mapping[str, Any],
    changes: Mapping[str, Any],
    at: datetime,
    actor: str,
    reason: str | None,
) -> dict[str, Any]:
    """Return what is sealed of a call with changes made.

    What is set right for a `reason` leaves what was there before in the call's `history`, as
    `{at, by, reason, was}`: when, by which API key, why, and the earlier values of what really
    changed. Of a plain change nothing is left: the old version's key is destroyed (DESIGN §3).
    """
    call = sealed["call"]
    was = {name: call.get(name) for name, value in changes.items() if call.get(name) != value}
    made = {**sealed, "call": {**call, **changes}}
    if was and reason is not None:
        entry = {"at": to_text(at), "by": actor, "reason": reason, "was": was}
        made["history"] = [*history_of(sealed), entry][-MOST_CHANGES:]
    return made


def history_of(sealed: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What was set right of a call, the oldest first."""
    found: Sequence[Mapping[str, Any]] = sealed.get("history", ())
    return found
