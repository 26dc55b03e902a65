"""What an export asks for, as it is sealed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.model import Kind, Wish


def wish_json(wish: Wish) -> dict[str, Any]:
    return {
        "kind": wish.kind.value,
        "start": wish.start and to_text(wish.start),
        "end": wish.end and to_text(wish.end),
        "subject": wish.subject,
        "audio": wish.audio,
        "vcon": wish.vcon,
        "valid_for": wish.valid_for and wish.valid_for.total_seconds(),
    }


def wish_from(sealed: Mapping[str, Any]) -> Wish:
    valid_for = sealed["valid_for"]
    return Wish(
        kind=Kind(sealed["kind"]),
        start=_moment(sealed["start"]),
        end=_moment(sealed["end"]),
        subject=sealed["subject"],
        audio=sealed["audio"],
        vcon=sealed["vcon"],
        valid_for=None if valid_for is None else timedelta(seconds=valid_for),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
