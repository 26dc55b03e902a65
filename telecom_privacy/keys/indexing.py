"""Moving records from a month's old index key to its newest one."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import IntegrityError
from telecom_privacy.keys.model import KeyReference, NumberIndex
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService

_BATCH = 100
_log = logging.getLogger("telecom_privacy.keys")

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Found(Generic[Record]):
    """A record that is found by tokens of an older key, and what is needed to open it."""

    record: Record
    binding: Binding
    key: KeyReference
    payload: bytes


Renewed: TypeAlias = tuple[Record, tuple[bytes, ...]]
"""A record and its new tokens."""


def rewrite_tokens(
    keys: KeyService,
    index: NumberIndex,
    fetch: Callable[[], Iterable[Found[Record]]],
    numbers_of: Callable[[Mapping[str, Any]], Sequence[str]],
    update: Callable[[Sequence[Renewed[Record]]], None],
) -> None:
    """Give all that `fetch` finds the tokens of `index`, until it finds nothing.

    One that does not open, although it was looked at again, is left without tokens: nobody can
    read it, and under the old key its numbers could still be guessed.
    """
    stuck = False
    while True:
        moved, seen = 0, False
        for batch in _batches(fetch()):
            seen = True
            renewed = list(_renewed(keys, index, batch, numbers_of, stuck))
            update(renewed)
            moved += len(renewed)
        if not seen:
            return
        stuck = moved == 0


def _renewed(
    keys: KeyService,
    index: NumberIndex,
    batch: Sequence[Found[Record]],
    numbers_of: Callable[[Mapping[str, Any]], Sequence[str]],
    give_up: bool,
) -> Iterator[Renewed[Record]]:
    found = _keys_of(keys, batch)
    for one in batch:
        content = _opened(found, one)
        if content is not None:
            yield one.record, tuple(map(index.token, numbers_of(content)))
        elif give_up:
            record = {"record_id": str(one.binding.record_id)}
            _log.critical("a record cannot be opened to index it", extra={"fields": record})
            yield one.record, ()


def _keys_of(keys: KeyService, batch: Sequence[Found[Record]]) -> Mapping[KeyReference, bytes]:
    """The record keys that can be opened, one by one should some of them be damaged."""
    try:
        return keys.open_existing({one.key: one.binding for one in batch})
    except IntegrityError:
        found: dict[KeyReference, bytes] = {}
        for one in batch:
            with suppress(IntegrityError):
                found |= keys.open_existing({one.key: one.binding})
        return found


def _opened(keys: Mapping[KeyReference, bytes], one: Found[Record]) -> Mapping[str, Any] | None:
    """None while it is being erased or changed, or if it is damaged."""
    try:
        return open_json(keys[one.key], one.payload, one.binding) if one.key in keys else None
    except IntegrityError:
        return None


def _batches(found: Iterable[Found[Record]]) -> Iterator[list[Found[Record]]]:
    iterator = iter(found)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
