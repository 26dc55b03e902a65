"""What is sealed of a record's past: reported events, and what a consent said before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.errors import Conflict
from telecom_privacy.records.model import CONSENT, Record

MOST_ENTRIES = 1_000
"""Most entries of one record's history: they lie in its payload. The oldest give way."""

MOST_VERSIONS = 10
"""How often what a consent says may change: each version stays, and may be large."""

_REPLACED = "replaced"


def longer(history: Sequence[Any], entry: Mapping[str, Any]) -> list[Any]:
    """Return a history with one more entry; no event is ever refused for want of room."""
    return [*history, entry][-MOST_ENTRIES:]


def require_room(known: Record) -> None:
    """Raise `Conflict` for a consent that changed too often to keep one more version."""
    history: Sequence[Any] = known.sealed["history"]
    if sum(entry["event"] == _REPLACED for entry in history) >= MOST_VERSIONS:
        raise Conflict(f"what a consent says changes {MOST_VERSIONS} times at most")


def of_new_version(known: Record, now: datetime, actor: str) -> Sequence[Any]:
    """Return the history of the next version: of a consent, what it said before stays as proof."""
    history: Sequence[Any] = known.sealed["history"]
    if known.stored.category != CONSENT:
        return history
    at = to_text(now)
    said = {"event": _REPLACED, "at": at, "received_at": at, "actor": actor}
    return longer(history, {**said, "data": known.sealed["data"]})
