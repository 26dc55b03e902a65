"""Pages of lists, and the opaque `next`: where a page ended."""

import base64
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from telecom_privacy.errors import Invalid
from telecom_privacy.storage.paging import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_BYTES = 8
_TICK = timedelta(milliseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)

Item = TypeVar("Item")


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


def page_oldest_first(
    items: Iterable[Item],
    position: Callable[[Item], Position],
    after: Position | None,
    limit: int,
) -> tuple[list[Item], str | None]:
    """Return a page of a list that is short enough to be read whole, and its `next`."""
    found = [item for item in items if after is None or _key(position(item)) > _key(after)]
    found.sort(key=lambda item: _key(position(item)))
    page = found[:limit]
    return page, encode_cursor(position(page[-1])) if len(found) > limit else None


def _refusal() -> Invalid:
    return Invalid({"cursor": ["Not a cursor of this list."]})


def _key(position: Position) -> tuple[datetime, bytes]:
    return position.at, position.id
