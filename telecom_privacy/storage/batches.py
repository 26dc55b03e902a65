"""Many documents by their ids, in queries of a size that every server answers quickly."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from telecom_privacy.storage.mongo import Document

Value = TypeVar("Value")

_IDS_PER_QUERY = 50
"""More of them make some servers look through the whole collection."""


def queries_by_id(ids: Iterable[Any]) -> Iterator[Document]:
    """Yield filters that together match the documents of these ids, some at a time.

    `ids` are read as the filters are used, so they may be many; one that is there twice may be
    matched twice.
    """
    for some in batches(ids):
        yield {"_id": one_of(some)}


def one_of(values: Sequence[Any]) -> Any:
    """What a field must match to have one of the values.

    A single one is asked for as equal: with `$in` some servers look through the whole collection
    where the field is a list.
    """
    return values[0] if len(values) == 1 else {"$in": list(values)}


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield values, some at a time: so many as one query may name."""
    remaining = iter(values)
    while some := list(islice(remaining, _IDS_PER_QUERY)):
        yield some
