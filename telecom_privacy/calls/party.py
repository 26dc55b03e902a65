"""Of two parties to a call one has its part erased; the client's own facts stay (RULES DSR-1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

WRITTEN_BY_THE_CLIENT = ("note", "tags")
"""What the client may keep of what was written of a call: it alone knows whom that is about."""

_OWN_FACTS = (
    "licence_id",
    "direction",
    "started_at",
    "answered_at",
    "ended_at",
    "disposition",
    "recording_consent",
)
_OTHER_SIDE = {"in": "from", "out": "to"}
_OWN_SIDE = {"in": "to", "out": "from"}


@dataclass(frozen=True, slots=True)
class Parted:
    """From how many calls a person's part was erased, and how many recordings with them.

    In `own` calls the number is the client's side, and stays.
    """

    calls: int = 0
    recordings: int = 0
    own: int = 0


def is_other_party(call: Mapping[str, Any], number: str) -> bool:
    """Whether a CDR has an E.164 number on the side that is not the client's."""
    return bool(call[_OTHER_SIDE[call["direction"]]] == number)


def without_other_party(sealed: Mapping[str, Any], keep: Collection[str]) -> dict[str, Any]:
    """Return what is sealed of a call without the part of whoever is not the client.

    It lists what stays, so that whatever else a platform tells goes: the name of the caller, what
    was written freely, and the history of changes. So does the digest of the original: with all
    the rest known, the number could be guessed from it. Of `WRITTEN_BY_THE_CLIENT` only what is
    named in `keep` stays.
    """
    call = sealed["call"]
    own, other = _OWN_SIDE[call["direction"]], _OTHER_SIDE[call["direction"]]
    stays = {name: call[name] for name in (*_OWN_FACTS, own, *keep) if name in call}
    return {"id": sealed["id"], "call": {**stays, other: None}, "receipt": sealed["receipt"]}
