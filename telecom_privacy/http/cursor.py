"""The opaque `next` of a list: where a page ended."""

import base64
from datetime import UTC, datetime, timedelta

from telecom_privacy.errors import Invalid
from telecom_privacy.storage.paging import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_BYTES = 8
_TICK = timedelta(milliseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


def encode_cursor(position: Position) -> str:
    milliseconds = (position.at - _EPOCH) // _TICK
    raw = milliseconds.to_bytes(_TIME_BYTES, "big", signed=True) + position.id
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> Position | None:
    """Raise `Invalid` for what `encode_cursor` never wrote."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        milliseconds = int.from_bytes(raw[:_TIME_BYTES], "big", signed=True)
        at = _EPOCH + milliseconds * _TICK
    except (ValueError, OverflowError) as error:
        raise _refusal() from error
    if len(raw) <= _TIME_BYTES or at > _LAST:
        raise _refusal()
    return Position(at, raw[_TIME_BYTES:])


def _refusal() -> Invalid:
    return Invalid({"cursor": ["Not a cursor of this list."]})
