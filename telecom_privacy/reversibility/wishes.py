"""What an export asks for, as it is sealed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.model import Ground, Kind, RestrictedUse, Wish


def wish_json(wish: Wish) -> dict[str, Any]:
    return {
        "kind": wish.kind.value,
        "start": wish.start and to_text(wish.start),
        "end": wish.end and to_text(wish.end),
        "subject": wish.subject,
        "audio": wish.audio,
        "vcon": wish.vcon,
        "valid_for": wish.valid_for and wish.valid_for.total_seconds(),
        "restricted": wish.restricted and _use_json(wish.restricted),
    }


def wish_from(sealed: Mapping[str, Any]) -> Wish:
    valid_for, restricted = sealed["valid_for"], sealed["restricted"]
    return Wish(
        kind=Kind(sealed["kind"]),
        start=_moment(sealed["start"]),
        end=_moment(sealed["end"]),
        subject=sealed["subject"],
        audio=sealed["audio"],
        vcon=sealed["vcon"],
        valid_for=None if valid_for is None else timedelta(seconds=valid_for),
        restricted=None if restricted is None else _use_from(restricted),
    )


def _use_json(use: RestrictedUse) -> dict[str, str]:
    return {"for": use.ground.value, "reference": use.reference}


def _use_from(sealed: Mapping[str, str]) -> RestrictedUse:
    return RestrictedUse(Ground(sealed["for"]), sealed["reference"])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
