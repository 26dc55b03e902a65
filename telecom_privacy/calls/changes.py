"""What was changed of a call: kept sealed with it, for as long as it lives (RULES DSR-1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text

MOST_CHANGES = 100
"""So many changes a call remembers, the newest: they lie in its one document."""


def noted(
    sealed: Mapping[str, Any],
    changes: Mapping[str, Any],
    at: datetime,
    actor: str,
    reason: str | None,
) -> dict[str, Any]:
    """Return what is sealed of a call with changes made, and with what was there before.

    An entry of its `history` is `{at, by, reason, was}`: when, by which API key, why if it was
    said, and the earlier values of what really changed.
    """
    call = sealed["call"]
    was = {name: call.get(name) for name, value in changes.items() if call.get(name) != value}
    made = {**sealed, "call": {**call, **changes}}
    if was:
        entry = {"at": to_text(at), "by": actor, "reason": reason, "was": was}
        made["history"] = [*history_of(sealed), entry][-MOST_CHANGES:]
    return made


def history_of(sealed: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The changes of a call, the oldest first."""
    found: Sequence[Mapping[str, Any]] = sealed.get("history", ())
    return found
