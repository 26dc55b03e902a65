"""The opaque `next` of a list: where the page ended."""

import base64
from datetime import UTC, datetime, timedelta

from telecom_privacy.errors import Invalid
from telecom_privacy.storage.paging import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_BYTES = 8


def encode_cursor(position: Position) -> str:
    milliseconds = (position.at - _EPOCH) // timedelta(milliseconds=1)
    raw = milliseconds.to_bytes(_TIME_BYTES, "big", signed=True) + position.id
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> Position | None:
    """Raise `Invalid` for what `encode_cursor` never wrote."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        milliseconds = int.from_bytes(raw[:_TIME_BYTES], "big", signed=True)
        return Position(_EPOCH + timedelta(milliseconds=milliseconds), raw[_TIME_BYTES:])
    except (ValueError, OverflowError) as error:
        raise Invalid({"cursor": ["Not a cursor of this list."]}) from error
