"""Professions whose secrecy the law protects: who states them, and what stays known of them.

What an authority is given is judged by them, so the operator's administrators alone state them: a
client that did could empty an order, or open what is not its own to open.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.errors import Forbidden
from telecom_privacy.http.access import Access, ApiRole

_NOW, _EARLIER = "privileged", "privileged_earlier"


def restated(
    access: Access, before: Mapping[str, Any], changes: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return what describes a client or a licence after `changes`.

    A profession that goes is kept with its end: calls of its time lie under its secrecy still.
    Raises `Forbidden` for a client that states another one.
    """
    after, was = {**before, **changes}, before.get(_NOW)
    if after.get(_NOW) == was:
        return after
    if access.role is ApiRole.CLIENT:
        raise Forbidden("the operator alone says whose secrecy the law protects", "profession")
    if was is not None:
        after[_EARLIER] = [*before.get(_EARLIER, ()), {"profession": was, "until": to_text(now)}]
    return after


def professions(details: Mapping[str, Any]) -> frozenset[str]:
    """All that a client or a licence is and ever was: the stricter of them counts for each call."""
    earlier = (one["profession"] for one in details.get(_EARLIER, ()))
    return frozenset({*earlier, details.get(_NOW)} - {None})
